// How much each client may send: a bucket each that fills at a steady rate. A client may go into debt once with one
// large request and then waits until it is paid. Of more clients than are remembered, the one silent longest is
// forgotten. Thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace matchpoint::http {

class RateLimiter {
  public:
    // A rate of 0 limits nothing.
    RateLimiter(double per_second, double burst, std::size_t most_clients)
        : per_second_(per_second), burst_(burst), most_clients_(most_clients) {}
    // Takes one from the client's bucket. If it is empty, the seconds to wait, at least 1.
    [[nodiscard]] std::optional<std::int64_t> take(const std::string& client, std::int64_t now_ns);
    // Takes more, whatever is in it.
    void charge(const std::string& client, double cost, std::int64_t now_ns);

  private:
    struct Bucket {
        std::string client;
        double level;
        std::int64_t at_ns;
    };
    [[nodiscard]] Bucket& bucket(const std::string& client, std::int64_t now_ns);

    const double per_second_;
    const double burst_;
    const std::size_t most_clients_;
    std::mutex mutex_;
    std::list<Bucket> buckets_;  // the last used first
    std::unordered_map<std::string, std::list<Bucket>::iterator> by_client_;
};

}  // namespace matchpoint::http
