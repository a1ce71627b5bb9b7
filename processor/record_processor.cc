#include "processor/record_processor.h"

#include "processor/scoring/sport.h"

namespace matchpoint {

void RecordProcessor::init(streams::ProcessorContext<BytesView, BytesView>& context) {
    context_ = &context;
    contenders_ = &context.get_state_store(kContendersStore);
    records_ = &context.get_state_store(kRecordsStore);
}

void RecordProcessor::process(const streams::Record<BytesView, BytesView>& record) {
    const auto key = record.key ? read_contender_key(*record.key) : std::nullopt;
    const auto score = record.value ? read_player_score(*record.value) : std::nullopt;
    if (!key || !score) return context_->count_dropped();
    contenders_->put(*record.key, *record.value);
    Best& best = best_of(key->player_key);
    if (score->score > best.score.score) {
        return write(key->player_key, best, {std::string(key->match), *score}, record.timestamp);
    }
    const bool holds_record = best.score.score > 0 && best.match == key->match;
    if (!holds_record || *score == best.score) return;
    write(key->player_key, best, best_contender(key->player_key), record.timestamp);
}

RecordProcessor::Best& RecordProcessor::best_of(BytesView player_key) {
    if (const auto found = best_.find(player_key); found != best_.end()) return found->second;
    if (best_.size() >= capacity_) best_.clear();
    Best best;
    if (records_->get(player_key, stored_)) {
        if (const auto record = reader_.read(stored_)) best = {std::string(record->match), {record->score, record->at}};
    }
    return best_.emplace(std::string(player_key), std::move(best)).first->second;
}

// Equal scores: the earlier one stands.
RecordProcessor::Best RecordProcessor::best_contender(BytesView player_key) {
    Bytes prefix(player_key);
    prefix.push_back('\0');
    Best best;
    for (auto row = contenders_->prefix_scan(prefix); row->valid(); row->next()) {
        const auto score = read_player_score(row->value());
        const auto key = read_contender_key(row->key());
        if (!score || !key || score->score <= 0 || key->player_key != player_key) continue;
        const bool better =
            score->score > best.score.score || (score->score == best.score.score && score->at < best.score.at);
        if (better) best = {std::string(key->match), *score};
    }
    return best;
}

void RecordProcessor::write(BytesView player_key, Best& best, Best now, Timestamp timestamp) {
    if (now.match == best.match && now.score == best.score) return;
    best = std::move(now);
    if (best.score.score <= 0) {
        best = {};
        return records_->erase_at(player_key, timestamp);
    }
    const auto parts = topics::parse_high_score_key(player_key);
    const scoring::Sport* sport = parts ? scoring::find_sport(parts->sport) : nullptr;
    if (sport == nullptr) return context_->count_dropped();
    topics::write_high_score({.sport = parts->sport,
                              .player = parts->player,
                              .score = best.score.score,
                              .unit = sport->unit(),
                              .match = best.match,
                              .at = best.score.at},
                             json_);
    records_->put_as(player_key, json_, {.value = json_, .headers = nullptr, .timestamp = timestamp});
}

}  // namespace matchpoint
