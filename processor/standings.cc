#include "processor/standings.h"

#include "processor/record_processor.h"
#include "processor/streams/base/clock.h"
#include "topics/topic_catalog.h"

namespace matchpoint {
namespace {

using streams::StoreSpec;
using Changelog = StoreSpec::Changelog;

// A producer's clock may be wrong. One event from the far future must not make everything else look overdue.
constexpr std::int64_t kMaxClockSkewMs = 3'600'000;

constexpr const char* kPlayerScores = "player-scores-repartition";

Timestamp event_time(const streams::RawRecord& record, Timestamp partition_time) {
    const Timestamp limit{streams::SystemClock().now().value() + kMaxClockSkewMs};
    if (record.timestamp.value() >= 0 && record.timestamp <= limit) return record.timestamp;
    return std::max(partition_time, Timestamp{0});
}

StoreSpec store(const char* name, Changelog changelog, const char* topic = "") {
    StoreSpec spec;
    spec.name = name;
    spec.changelog = changelog;
    spec.changelog_topic = topic;
    return spec;
}

streams::Partition by_player(const streams::Record<BytesView, BytesView>& record, std::int32_t partitions) {
    const auto key = read_contender_key(*record.key);
    return streams::partition_for_key(key ? key->player_key : *record.key, partitions);
}

}  // namespace

streams::Topology standings_topology(const MatchRules& rules, const std::string& application_id) {
    const streams::SerdePair<BytesView, BytesView> bytes{streams::serdes::bytes_view(), streams::serdes::bytes_view()};
    streams::Topology topology;

    // scores --> matches: state of every match --> match-state, which is also the store's changelog
    topology.add_source<BytesView, BytesView>("scores-source", {std::string(topics::kScores)}, bytes,
                                              {.timestamp_extractor = event_time});
    topology.add_processor<MatchProcessor>(
        "match-processor", [rules] { return std::make_unique<MatchProcessor>(rules); }, {"scores-source"});
    StoreSpec matches = store(kMatchesStore, Changelog::kPublicTopic, topics::kMatchState.data());
    matches.restore = match_row_restorer(application_id);
    topology.add_state_store(std::move(matches), {"match-processor"});
    for (const char* name : {kHistoryStore, kHeldStore, kTimersStore}) {
        topology.add_state_store(store(name, Changelog::kOwn), {"match-processor"});
    }

    // what cannot be used --> scores-rejected
    topology.add_sink<BytesView, BytesView>(kRejectedSink, std::string(topics::kScoresRejected), bytes,
                                            {"match-processor"});

    // players' tallies, by player --> records --> high-scores, changelog of its store; the repartition topic is
    // compacted, and so the changelog of the tallies
    topology.add_internal_topic(
        {.name = kPlayerScores,
         .partitions = std::nullopt,
         .configs = {
             {"cleanup.policy", "compact"}, {"segment.ms", "604800000"}, {"min.cleanable.dirty.ratio", "0.5"}}});
    topology.add_sink<BytesView, BytesView>(kPlayerScoresSink, kPlayerScores, bytes, {"match-processor"}, by_player);
    topology.add_source<BytesView, BytesView>("player-scores-source", {kPlayerScores}, bytes);
    topology.add_processor<RecordProcessor>(
        "record-processor", [rules] { return std::make_unique<RecordProcessor>(rules.matches_in_memory); },
        {"player-scores-source"});
    topology.add_state_store(store(kContendersStore, Changelog::kSourceTopic, kPlayerScores), {"record-processor"});
    topology.add_state_store(store(kRecordsStore, Changelog::kPublicTopic, topics::kHighScores.data()),
                             {"record-processor"});
    return topology;
}

streams::ErrorHandlers standings_error_handlers(std::shared_ptr<spdlog::logger> logger) {
    streams::ErrorHandlers handlers;
    handlers.production = [logger](std::string_view topic, const streams::OutputRecord& record) {
        logger->error(
            "a record of {} bytes for {} is larger than the topic takes and is dropped; raise its "
            "max.message.bytes",
            record.value ? record.value->size() : 0, topic);
        return streams::ErrorResponse::kContinue;
    };
    return handlers;
}

}  // namespace matchpoint
