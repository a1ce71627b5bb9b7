// Many clients with the semantics of EventSource on one thread: each connects, asks for its stream, reads events and,
// when the stream ends, comes back after the retry time with the last event id. Only run() touches sockets; stop(),
// redirect() and the counters may be used from other threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/gateway/event_parser.h"
#include "tests/bench/gateway/response_reader.h"

namespace matchpoint::bench {

[[nodiscard]] std::int64_t monotonic_ns();

// What a swarm's clients see, told on its thread.
class SwarmListener {
  public:
    virtual ~SwarmListener() = default;
    virtual void on_event(std::size_t client, const Event& event, std::int64_t received_ns) = 0;
    // The stream's answer has come, with status 200.
    virtual void on_open(std::size_t /*client*/) {}
    // It ended, or there was none: why, for a report.
    virtual void on_end(std::size_t /*client*/, std::string_view /*why*/) {}
};

struct SwarmOptions {
    std::uint16_t port = 0;
    std::string headers;           // further header lines, each ending in CR LF
    bool reconnect = true;         // as EventSource does; the last event id is sent
    std::int64_t retry_ms = -1;    // instead of what the server says, if not negative
    std::size_t connecting = 256;  // at most so many at a time: a listen queue is finite
};

class Swarm {
  public:
    Swarm(SwarmOptions options, SwarmListener& listener);
    ~Swarm();
    Swarm(const Swarm&) = delete;
    Swarm& operator=(const Swarm&) = delete;

    // Before run(): a client that asks for `path`. Returns its number; they count from 0.
    std::size_t add(std::string path);
    // Until stop(). Throws std::system_error when this machine has no more sockets.
    void run();
    void stop() { stopping_.store(true); }
    // Every client drops its connection and comes back, with its id, at this port.
    void redirect(std::uint16_t port) { redirect_to_.store(port); }

    [[nodiscard]] std::size_t size() const { return clients_.size(); }
    [[nodiscard]] std::size_t open() const { return open_.load(); }
    [[nodiscard]] std::uint64_t ends() const { return ends_.load(); }
    [[nodiscard]] const std::string& last_event_id(std::size_t client) const;

  private:
    enum class State : std::uint8_t { kWaiting, kConnecting, kAsked, kOpen, kGone };
    struct Client {
        std::string path;
        ResponseReader response;
        EventParser events;
        int socket = -1;
        State state = State::kWaiting;
        std::uint32_t attempt = 0;  // tells a stale entry of the timetable
    };
    struct Due {
        std::int64_t at_ns;
        std::size_t client;
        std::uint32_t attempt;
        bool operator>(const Due& other) const { return at_ns > other.at_ns; }
    };

    void connect_due();
    void connect(std::size_t index);
    void connected(std::size_t index);
    void ask(std::size_t index);
    void read(std::size_t index);
    void drop(std::size_t index, std::string_view why);
    void wait(std::size_t index, std::int64_t delay_ns);
    void follow_redirect();

    SwarmOptions options_;
    SwarmListener& listener_;
    int epoll_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    std::size_t connecting_ = 0;
    std::string buffer_;
    std::size_t reading_ = 0;
    std::int64_t received_ns_ = 0;
    EventParser::Sink sink_;
    std::function<void(std::string_view)> body_;
    std::atomic<std::size_t> open_{0};
    std::atomic<std::uint64_t> ends_{0};
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint16_t> redirect_to_{0};
};

}  // namespace matchpoint::bench
