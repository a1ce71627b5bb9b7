#include "processor/streams/kafka/client_context.h"

#include <array>
#include <utility>

#include <spdlog/spdlog.h>

namespace matchpoint::streams::kafka {
namespace {

// A producer that asked for its id was refused it and will ask again. At debug levels the facility says other things
// too.
bool is_refused_producer_id(int level, std::string_view facility) {
    return level <= 4 && facility == "GETPID";
}

// librdkafka has syslog's levels. Its lines about one broker's connection, about settings that only the other kind of
// client uses and about a predecessor's transaction that is just being aborted are no news to an operator: the
// connection as a whole is told by ClientContext, and a producer that gets no id by its timeout.
spdlog::level::level_enum level_of(int level, std::string_view facility) {
    if (facility == "FAIL" || facility == "ERROR" || facility == "CONFWARN" || facility == "TERMINATE" ||
        is_refused_producer_id(level, facility))
        return spdlog::level::debug;
    if (level <= 2) return spdlog::level::critical;
    if (level == 3) return spdlog::level::err;
    if (level == 4) return spdlog::level::warn;
    if (level <= 6) return spdlog::level::info;
    return spdlog::level::debug;
}

bool is_connection_error(int code) {
    return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__RESOLVE ||
           code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || code == RD_KAFKA_RESP_ERR__TIMED_OUT;
}

}  // namespace

LogLimiter::Verdict LogLimiter::admit(std::string_view kind, std::chrono::steady_clock::time_point now) {
    const std::lock_guard lock(mutex_);
    auto found = windows_.find(kind);
    if (found == windows_.end()) found = windows_.emplace(std::string(kind), Window{now}).first;
    Window& window = found->second;
    Verdict verdict;
    if (now - window.start >= kWindow) {
        verdict.held_back = window.held_back;
        window = Window{now};
    }
    verdict.pass = window.passed < kLinesPerWindow;
    if (verdict.pass) {
        ++window.passed;
    } else {
        ++window.held_back;
    }
    return verdict;
}

ClientContext::ClientContext(ClientHooks hooks, std::string bootstrap, void* owner)
    : hooks_(std::move(hooks)), bootstrap_(std::move(bootstrap)), owner_(owner) {}

void ClientContext::install(rd_kafka_conf_t* conf) {
    rd_kafka_conf_set_opaque(conf, this);
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t* rk, int level, const char* facility, const char* text) {
        // Without a client yet there is no opaque either; its complaint also comes as rd_kafka_new's reason.
        if (rk != nullptr) static_cast<ClientContext*>(rd_kafka_opaque(rk))->on_log(rk, level, facility, text);
    });
    rd_kafka_conf_set_error_cb(conf, [](rd_kafka_t* rk, int code, const char* reason, void* opaque) {
        static_cast<ClientContext*>(opaque)->on_error(rk, code, reason);
    });
}

rd_kafka_t* ClientContext::create(rd_kafka_type_t type, ConfHandle conf) {
    std::array<char, 512> reason{};
    rd_kafka_t* rk = rd_kafka_new(type, conf.get(), reason.data(), reason.size());
    if (rk == nullptr) {
        const rd_kafka_resp_err_t code = rd_kafka_last_error();
        if (code == RD_KAFKA_RESP_ERR__INVALID_ARG) throw ConfigError(std::string("Kafka settings: ") + reason.data());
        throw KafkaException(error_from_code(code, reason.data()));
    }
    (void)conf.release();  // the client's now
    return rk;
}

void ClientContext::on_log(const rd_kafka_t* rk, int level, const char* facility, const char* text) {
    if (is_refused_producer_id(level, facility)) told_to_come_again_ = true;
    if (hooks_.logger == nullptr) return;
    const auto to = level_of(level, facility);
    if (!hooks_.logger->should_log(to)) return;
    LogLimiter::Verdict verdict{true, 0};  // whoever looks at debug lines wants them all
    if (to > spdlog::level::debug) verdict = limiter_.admit(facility, std::chrono::steady_clock::now());
    if (verdict.held_back > 0) hooks_.logger->log(to, "{} more like the next were held back", verdict.held_back);
    if (verdict.pass) hooks_.logger->log(to, "{} {}: {}", rd_kafka_name(rk), facility, text);
}

void ClientContext::on_error(rd_kafka_t* rk, int code, const char* reason) {
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && state_ == State::kUp) {
        state_ = State::kSuspect;
        failed_probes_ = 0;
        next_probe_ = {};
    }
    if (hooks_.logger == nullptr) return;
    const auto to = is_connection_error(code) ? spdlog::level::debug : spdlog::level::warn;
    if (!hooks_.logger->should_log(to)) return;
    const char* name = rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code));
    if (limiter_.admit(name, std::chrono::steady_clock::now()).pass)
        hooks_.logger->log(to, "{} {}: {}", rd_kafka_name(rk), name, reason);
}

void ClientContext::probe(rd_kafka_t* rk) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_probe_) return;
    const rd_kafka_metadata_t* raw = nullptr;
    const rd_kafka_resp_err_t code = rd_kafka_metadata(rk, 0, nullptr, &raw, to_ms(kProbeTime));
    const MetadataHandle metadata(raw);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return become_up();
    next_probe_ = std::chrono::steady_clock::now() + kProbeEvery;
    if (state_ != State::kSuspect || ++failed_probes_ < kProbesBeforeDown) return;
    state_ = State::kDown;
    if (hooks_.logger != nullptr) hooks_.logger->error("cannot reach Kafka at {}; trying again", bootstrap_);
    if (hooks_.on_connection_change) hooks_.on_connection_change(false);
}

void ClientContext::become_up() {
    const bool was_down = state_ == State::kDown;
    state_ = State::kUp;
    if (!was_down) return;
    if (hooks_.logger != nullptr) hooks_.logger->info("Kafka at {} can be reached again", bootstrap_);
    if (hooks_.on_connection_change) hooks_.on_connection_change(true);
}

}  // namespace matchpoint::streams::kafka
