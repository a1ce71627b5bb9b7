// What every client carries behind its librdkafka handle: the log bridge and the state of its connection. Private to
// this folder. Lives longer than the handle: librdkafka's threads log to it. All but on_log(): the client's thread.
//
//     up --(librdkafka: all brokers down)--> suspect --(probe fails)--> down --(probe answers)--> up
//                                               +------(probe answers)--------------------------> up
//
// librdkafka also says "all brokers are down" when idle connections end, and never says that one is back: hence the
// probe, a metadata request, made only while not up. Only suspect->down and down->up are told.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "processor/streams/kafka/client_hooks.h"
#include "processor/streams/kafka/config.h"
#include "processor/streams/kafka/handles.h"

namespace matchpoint::streams::kafka {

// Lets a few lines of each kind through in a window and counts the rest. Thread-safe.
class LogLimiter {
  public:
    struct Verdict {
        bool pass = false;
        std::uint64_t held_back = 0;  // in the window before
    };
    static constexpr int kLinesPerWindow = 5;
    static constexpr std::chrono::seconds kWindow{10};

    [[nodiscard]] Verdict admit(std::string_view kind, std::chrono::steady_clock::time_point now);

  private:
    struct Window {
        std::chrono::steady_clock::time_point start;
        int passed = 0;
        std::uint64_t held_back = 0;
    };
    std::mutex mutex_;
    std::map<std::string, Window, std::less<>> windows_;
};

class ClientContext {
  public:
    // `owner` is what this client's other callbacks get.
    ClientContext(ClientHooks hooks, std::string bootstrap, void* owner);

    // Sets the log and error callbacks and makes this object the handle's opaque.
    void install(rd_kafka_conf_t* conf);
    // Makes the client; throws ConfigError or KafkaException with librdkafka's reason.
    [[nodiscard]] rd_kafka_t* create(rd_kafka_type_t type, ConfHandle conf);

    // Probes when due; to be called after each poll. Blocks for at most kProbeTime.
    void check(rd_kafka_t* rk) {
        if (state_ != State::kUp) [[unlikely]]
            probe(rk);
    }
    // A record came or was acknowledged: no need to probe.
    void alive() {
        if (state_ != State::kUp) [[unlikely]]
            become_up();
    }
    [[nodiscard]] bool connected() const { return state_ != State::kDown; }
    [[nodiscard]] bool up() const { return state_ == State::kUp; }
    // The transaction coordinator has told the client to come again; librdkafka says so only in its log.
    [[nodiscard]] bool told_to_come_again() const { return told_to_come_again_; }
    [[nodiscard]] void* owner() const { return owner_; }
    [[nodiscard]] const ClientHooks& hooks() const { return hooks_; }
    [[nodiscard]] spdlog::logger* logger() const { return hooks_.logger.get(); }

    static constexpr std::chrono::milliseconds kProbeEvery{250};
    static constexpr std::chrono::milliseconds kProbeTime{50};
    static constexpr int kProbesBeforeDown = 3;

  private:
    enum class State { kUp, kSuspect, kDown };

    void on_log(const rd_kafka_t* rk, int level, const char* facility, const char* text);
    void on_error(rd_kafka_t* rk, int code, const char* reason);
    void probe(rd_kafka_t* rk);
    void become_up();

    ClientHooks hooks_;
    std::string bootstrap_;
    void* owner_;
    LogLimiter limiter_;
    std::atomic<bool> told_to_come_again_{false};
    State state_ = State::kUp;
    int failed_probes_ = 0;
    std::chrono::steady_clock::time_point next_probe_;
};

}  // namespace matchpoint::streams::kafka
