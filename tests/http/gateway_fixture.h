// A whole server over sockets, fed without Kafka, for the tests of what clients see.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "http/gateway.h"
#include "http/log/record_builder.h"
#include "topics/topic_catalog.h"

namespace matchpoint::http::testing {

inline constexpr std::size_t kStates = 0;
inline constexpr std::size_t kScores = 1;
inline constexpr std::size_t kRaw = 2;

inline std::string state_of(const std::string& match, int seq, const std::string& sport = "tennis") {
    return R"({"match":")" + match + R"(","sport":")" + sport + R"(","competition":"Open","status":"live","seq":)" +
           std::to_string(seq) + R"(,"at":1,"sides":[{"name":"Ada )" + match +
           R"("},{"name":"Bo"}],"format":{},"score":{},"stats":[{},{}],"winner":null,"summary":""})";
}

inline std::string score_of(const std::string& player, int score, int at) {
    return R"({"sport":"tennis","player":")" + player + R"(","score":)" + std::to_string(score) +
           R"(,"unit":"points","match":"m-1","at":)" + std::to_string(at) + "}";
}

inline Config quick_config() {
    Config config;
    config.address = "127.0.0.1";
    config.port = 0;
    config.threads = 2;
    config.drain_ms = 1'000;
    return config;
}

// A gateway that is told what Kafka would tell it.
class Fed {
  public:
    explicit Fed(const Config& config = quick_config(), Publisher* publisher = nullptr)
        : builders_{RecordBuilder(std::string(topics::kMatchState), clock_),
                    RecordBuilder(std::string(topics::kHighScores), clock_),
                    RecordBuilder(std::string(topics::kScores), clock_)} {
        LogOptions raw = config.log;
        raw.compacted = false;
        raw.index_players = false;
        LogOptions by_sport_and_player = config.log;
        by_sport_and_player.match_is_key = false;
        gateway = std::make_unique<Gateway>(
            config,
            std::vector<TopicSpec>{{std::string(topics::kMatchState), 2, config.log, false},
                                   {std::string(topics::kHighScores), 1, by_sport_and_player, true},
                                   {std::string(topics::kScores), 1, raw, false}},
            clock_, publisher);
        gateway->start();
    }
    void state(const std::string& match, int seq, const std::string& sport = "tennis") {
        put(kStates, match, state_of(match, seq, sport), false);
    }
    void put_state(const std::string& match, const std::string& value) { put(kStates, match, value, false); }
    void score(const std::string& player, int score, int at) {
        put(kScores, "tennis/" + player, score_of(player, score, at), false);
    }
    void put_score(const std::string& player, const std::string& value) {
        put(kScores, "tennis/" + player, value, false);
    }
    // On `scores`, where anything may be.
    void raw(const std::string& key, const std::string& value) { put(kRaw, key, value, false); }
    void forget(const std::string& match) { put(kStates, match, "", true); }
    void caught_up() {
        for (const std::size_t topic : {kStates, kScores, kRaw}) {
            Batch batch;
            batch.topic = topic;
            batch.caught_up = true;
            EXPECT_TRUE(gateway->publish(std::move(batch)));
        }
    }
    // Until every shard has taken what was published.
    void settle() {
        for (int i = 0; i < 64; ++i) EXPECT_TRUE(gateway->publish(Batch{}));
    }
    [[nodiscard]] std::uint16_t port() const { return gateway->port(); }

    std::unique_ptr<Gateway> gateway;

  private:
    void put(std::size_t topic, const std::string& key, const std::string& value, bool tombstone) {
        const int partition = topic == kStates ? key.back() % 2 : 0;
        Batch batch;
        batch.topic = topic;
        batch.records.push_back(
            builders_[topic].build({streams::Partition{partition},
                                    streams::Offset{offsets_[topic * 2 + static_cast<std::size_t>(partition)]++},
                                    streams::Timestamp{1}, key, value, tombstone}));
        EXPECT_TRUE(gateway->publish(std::move(batch)));
    }
    streams::SystemClock clock_;
    std::array<RecordBuilder, 3> builders_;
    std::array<std::int64_t, 6> offsets_{};
};

}  // namespace matchpoint::http::testing
