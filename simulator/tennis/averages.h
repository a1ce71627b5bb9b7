// What tennis is like on average, by tour: the figures that the model draws around. README.md names the sources.
#pragma once

#include <cstdint>

namespace matchpoint::simulator::tennis {

enum class Tour : std::uint8_t { kMen, kWomen };

// Shares of the points that one side wins, by how they end; what is left over are the loser's unforced errors.
struct ServerWins {
    double service_winner;  // of the points that are no ace
    double winner;
    double forced_error;
};
struct ReceiverWins {
    double winner;  // of the points that are no double fault
    double forced_error;
};

struct Averages {
    double serve_won;     // chance of the server to win a point
    double serve_sd;      // how far players' serves differ
    double return_sd;     // and their returns
    double ace;           // a point served
    double double_fault;  // a point served
    ServerWins server_wins;
    ReceiverWins receiver_wins;
    double retirement;  // a match
};

inline constexpr Averages kMensTour{.serve_won = 0.636,
                                    .serve_sd = 0.028,
                                    .return_sd = 0.022,
                                    .ace = 0.079,
                                    .double_fault = 0.037,
                                    .server_wins = {.service_winner = 0.27, .winner = 0.27, .forced_error = 0.20},
                                    .receiver_wins = {.winner = 0.30, .forced_error = 0.24},
                                    .retirement = 0.027};

inline constexpr Averages kWomensTour{.serve_won = 0.566,
                                      .serve_sd = 0.025,
                                      .return_sd = 0.018,
                                      .ace = 0.038,
                                      .double_fault = 0.051,
                                      .server_wins = {.service_winner = 0.22, .winner = 0.28, .forced_error = 0.19},
                                      .receiver_wins = {.winner = 0.30, .forced_error = 0.21},
                                      .retirement = 0.029};

constexpr const Averages& averages(Tour tour) {
    return tour == Tour::kMen ? kMensTour : kWomensTour;
}

}  // namespace matchpoint::simulator::tennis
