// What tennis is like on average, by tour: the figures that the model draws around. README.md names the sources.
#pragma once

#include <cstdint>

namespace matchpoint::simulator::tennis {

enum class Tour : std::uint8_t { kMen, kWomen };

// Shares of all points played, unless said otherwise.
struct Averages {
    double serve_won;  // chance of the server to win a point
    double serve_sd;   // how far players' serves differ
    double return_sd;  // and their returns

    // How the server wins them; what is left over are the receiver's unforced errors.
    double ace;
    double service_winner;
    double server_winner;
    double forced_from_receiver;
    // How the receiver does; what is left over are the server's unforced errors.
    double double_fault;
    double receiver_winner;
    double forced_from_server;

    double retirement;  // of all matches
};

inline constexpr Averages kMensTour{.serve_won = 0.636,
                                    .serve_sd = 0.028,
                                    .return_sd = 0.022,
                                    .ace = 0.079,
                                    .service_winner = 0.170,
                                    .server_winner = 0.147,
                                    .forced_from_receiver = 0.089,
                                    .double_fault = 0.037,
                                    .receiver_winner = 0.114,
                                    .forced_from_server = 0.078,
                                    .retirement = 0.027};

inline constexpr Averages kWomensTour{.serve_won = 0.566,
                                      .serve_sd = 0.025,
                                      .return_sd = 0.018,
                                      .ace = 0.038,
                                      .service_winner = 0.138,
                                      .server_winner = 0.144,
                                      .forced_from_receiver = 0.082,
                                      .double_fault = 0.051,
                                      .receiver_winner = 0.137,
                                      .forced_from_server = 0.082,
                                      .retirement = 0.029};

constexpr const Averages& averages(Tour tour) {
    return tour == Tour::kMen ? kMensTour : kWomensTour;
}

}  // namespace matchpoint::simulator::tennis
