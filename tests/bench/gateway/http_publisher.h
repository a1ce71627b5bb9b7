// One connection on which records are POSTed, many of them under way at a time; the answers come in order. Each
// command that publishes by HTTP uses them on a thread of its own. Throws when the connection breaks or a record is
// refused: a benchmark that lost something measures nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace matchpoint::bench {

// The options that all have who publish by HTTP.
struct HttpTarget {
    std::uint16_t port = 0;
    std::string path;  // "{match}" becomes the record's match
    std::string content_type = "application/json";
    std::size_t connections = 1;
    std::size_t window = 1;

    void add_to(CLI::App& command);
};

class HttpPublisher {
  public:
    explicit HttpPublisher(std::uint16_t port);
    ~HttpPublisher();
    HttpPublisher(HttpPublisher&& other) noexcept;
    HttpPublisher& operator=(HttpPublisher&&) = delete;

    // Goes out with the next send().
    void add(const HttpTarget& target, std::string_view match, std::string_view body);
    // Blocks until the kernel has taken everything.
    void send();
    // Those that are there; does not wait.
    void read_answers();
    [[nodiscard]] std::size_t under_way() const { return under_way_; }
    [[nodiscard]] int socket() const { return socket_; }

  private:
    bool take_answer();

    int socket_;
    std::string out_;
    std::string in_;
    std::size_t under_way_ = 0;
};

[[nodiscard]] std::vector<HttpPublisher> connect_all(const HttpTarget& target);

}  // namespace matchpoint::bench
