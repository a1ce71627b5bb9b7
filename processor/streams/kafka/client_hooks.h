// What a client reports beside its results: log lines and whether Kafka can be reached. Given at construction.
#pragma once

#include <functional>
#include <memory>

namespace spdlog {
class logger;
}

namespace matchpoint::streams::kafka {

struct ClientHooks {
    // Null: nothing is logged. librdkafka's own threads write to it, so its sinks must be thread-safe.
    std::shared_ptr<spdlog::logger> logger = nullptr;
    // Called on the polling thread, from poll() or drain(): false once when no broker can be reached, true once when
    // one can again. Not called for the first connection.
    std::function<void(bool up)> on_connection_change = nullptr;
};

}  // namespace matchpoint::streams::kafka
