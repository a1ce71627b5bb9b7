#include "http/log/record_builder.h"

#include <algorithm>

#include <simdjson.h>

#include "topics/topic_catalog.h"

namespace matchpoint::http {
namespace {

class MatchStateTagger final : public Tagger {
  public:
    TagsPtr tags(const RawRecord& raw) override {
        Tags tags{std::string(raw.key), {}, {}, raw.tombstone};
        std::int64_t seq = 0;
        const topics::MatchStateView* state = raw.tombstone ? nullptr : reader_.read(raw.value);
        if (state != nullptr) {
            tags.sport = state->sport;
            tags.players.assign(state->names.begin(), state->names.end());
            seq = static_cast<std::int64_t>(state->seq);
        }
        found_version(raw, seq);
        return std::make_shared<const Tags>(std::move(tags));
    }

  private:
    topics::MatchStateReader reader_;
};

class HighScoreTagger final : public Tagger {
  public:
    TagsPtr tags(const RawRecord& raw) override {
        Tags tags;
        if (const auto key = topics::parse_high_score_key(raw.key)) {
            tags.sport = key->sport;
            tags.players.emplace_back(key->player);
        }
        tags.key_only = raw.tombstone;
        std::int64_t value = 0;
        if (!raw.tombstone) {
            if (const auto score = reader_.read(raw.value)) tags.match = score->match, value = score->score;
        }
        found_version(raw, value);
        return std::make_shared<const Tags>(std::move(tags));
    }

  private:
    topics::HighScoreReader reader_;
};

// Raw events: whatever names a player in the event's own fields.
class ScoreEventTagger final : public Tagger {
  public:
    TagsPtr tags(const RawRecord& raw) override {
        Tags tags{std::string(raw.key), {}, {}, false};
        if (!raw.tombstone) read(raw.value, tags);
        return std::make_shared<const Tags>(std::move(tags));
    }

  private:
    void read(std::string_view value, Tags& tags) {
        simdjson::dom::element event;
        if (parser_.parse(value.data(), value.size()).get(event) != simdjson::SUCCESS) return;
        std::string_view text;
        if (event["sport"].get(text) == simdjson::SUCCESS) tags.sport = text;
        for (const char* field : {"player", "batter", "bowler", "off", "on"}) {
            if (event[field].get(text) == simdjson::SUCCESS) add(text, tags);
        }
        simdjson::dom::array sides;
        if (event["sides"].get(sides) != simdjson::SUCCESS) return;
        for (const simdjson::dom::element side : sides) {
            if (side["name"].get(text) == simdjson::SUCCESS) add(text, tags);
            simdjson::dom::array players;
            if (side["players"].get(players) != simdjson::SUCCESS) continue;
            for (const simdjson::dom::element player : players) {
                if (player.get(text) == simdjson::SUCCESS) add(text, tags);
            }
        }
    }
    static void add(std::string_view player, Tags& tags) {
        if (std::find(tags.players.begin(), tags.players.end(), player) == tags.players.end()) {
            tags.players.emplace_back(player);
        }
    }
    simdjson::dom::parser parser_;
};

}  // namespace

std::unique_ptr<Tagger> make_tagger(std::string_view topic) {
    if (topic == topics::kMatchState) return std::make_unique<MatchStateTagger>();
    if (topic == topics::kHighScores) return std::make_unique<HighScoreTagger>();
    return std::make_unique<ScoreEventTagger>();
}

RecordBuilder::RecordBuilder(std::string topic, const streams::Clock& clock)
    : topic_(std::move(topic)), clock_(clock), tagger_(make_tagger(topic_)) {}

void RecordBuilder::ensure_partitions(std::size_t partitions) {
    if (partitions > position_.size()) position_.resize(partitions, 0);
}

RecordPtr RecordBuilder::build(const RawRecord& raw, TagsPtr tags) {
    const auto partition = static_cast<std::size_t>(raw.partition.value());
    ensure_partitions(partition + 1);
    position_[partition] = raw.offset.value() + 1;
    const std::string id = encode_event_id(topic_, position_, clock_.now());
    return std::make_shared<const Record>(raw, id, std::move(tags));
}

}  // namespace matchpoint::http
