// What a request can be answered from: the mirrors of one shard, and what is the same for all. The shard's thread
// owns the mirrors.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "http/access/access.h"
#include "http/assets.h"
#include "http/compress.h"
#include "http/config.h"
#include "http/fan_out.h"
#include "http/ingest/ingest.h"
#include "http/leaderboards.h"
#include "http/log/log.h"
#include "http/response.h"
#include "processor/streams/base/clock.h"

namespace matchpoint::http {

// A topic on one shard.
struct Mirror {
    Log log;
    FanOut fan_out;
    // The whole of it as a JSON array, built when asked for and good until the log goes on.
    Body all;
    std::string all_etag;
    Sequence all_at = 0;

    Mirror(std::string topic, std::size_t partitions, LogOptions options, ReadyQueue& ready)
        : log(std::move(topic), partitions, options), fan_out(ready) {}
};

[[nodiscard]] inline std::string away_notice(std::int64_t seconds) {
    return fmt::format("the source of events has not been reached for {} s", seconds);
}

struct Site {
    const Config& config;
    const Assets& assets;
    const streams::Clock& clock;
    std::vector<std::unique_ptr<Mirror>> mirrors;
    Leaderboards leaderboards;
    Compressor compressor;
    std::function<std::string()> metrics_text;
    std::function<bool()> ready;
    Ingest& ingest;
    topics::ScoreEventDecoder decoder;
    ShardMetrics& metrics;
    const Access& access;
    const TailStatus& tail;
    // Of all who ask for everything.
    std::shared_ptr<const Filter> no_filter = std::make_shared<const Filter>();

    // For how long Kafka has not been reached; nothing while it is.
    [[nodiscard]] std::optional<std::int64_t> away_s() const {
        const std::int64_t since_ns = tail.away_since_ns.load();
        if (since_ns == 0) return std::nullopt;
        return (clock.monotonic_ns() - since_ns) / 1'000'000'000;
    }

    [[nodiscard]] Mirror* find(std::string_view topic) const {
        for (const auto& mirror : mirrors) {
            if (mirror->log.topic() == topic) return mirror.get();
        }
        return nullptr;
    }
};

}  // namespace matchpoint::http
