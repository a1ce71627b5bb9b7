#include "processor/match_processor.h"

#include <limits>

namespace matchpoint {
namespace {

using streams::PunctuationType;
using topics::RejectReason;
using topics::ScoreEvent;

constexpr Timestamp kNever{std::numeric_limits<std::int64_t>::max()};
constexpr std::int64_t kTimerIntervalMs = 1'000;
constexpr std::int64_t kScanPauseMs = 100;

}  // namespace

void MatchProcessor::init(streams::ProcessorContext<BytesView, BytesView>& context) {
    context_ = &context;
    held_ = &context.get_state_store(kHeldStore);
    timers_ = &context.get_state_store(kTimersStore);
    matches_.emplace(
        LiveMatches::Stores{context.get_state_store(kMatchesStore), context.get_state_store(kHistoryStore)},
        context.application_id(), rules_.matches_in_memory);
    for (auto held = held_->all(); held->valid(); held->next()) {
        ++held_counts_[std::string(held->key().substr(0, held->key().size() - 9))];
    }
    const auto first = timers_->all();
    next_timer_ = first->valid() ? read_timer_key(first->key()).value_or(Timer{}).due : kNever;
    context.schedule(kTimerIntervalMs, PunctuationType::kStreamTime, [this](Timestamp now) { fire_timers(now); });
    context.schedule(kTimerIntervalMs, PunctuationType::kWallClockTime,
                     [this](Timestamp) { fire_timers(context_->current_stream_time()); });
}

void MatchProcessor::process(const streams::Record<BytesView, BytesView>& record) {
    const streams::RecordMetadata& metadata = *context_->record_metadata();
    if (source_topic_.empty()) source_topic_ = metadata.topic;
    const Received received{record.key, record.value, metadata.partition, metadata.offset, record.timestamp};
    if (!record.value) return reject(received, {RejectReason::kMalformed, "the record has no value"});
    const topics::DecodeResult event = decoder_.decode(*record.value);
    if (!event) return reject(received, event.error());
    if (record.key != event->match) {
        return reject(received, {RejectReason::kInvalid, "match: the record's key must be the match id"});
    }
    try {
        handle(*event, received);
    } catch (const DamagedMatch& damaged) {
        reject(received, {RejectReason::kImpossible, damaged.what()});
    }
}

void MatchProcessor::handle(const ScoreEvent& event, const Received& received) {
    LiveMatch* live = matches_->get(event.match);
    const std::uint64_t expected = live == nullptr ? 1 : live->seq + 1;
    if (event.seq < expected) return context_->count_dropped();
    if (event.seq > expected) return hold(event, received);
    if (apply(live, event, received) == nullptr || held_counts_.empty()) return;
    if (const auto waiting = held_counts_.find(event.match); waiting != held_counts_.end()) {
        release_held(std::string(waiting->first));
    }
}

// The match if the event was applied, nullptr if it was rejected.
LiveMatch* MatchProcessor::apply(LiveMatch* live, const ScoreEvent& event, const Received& received) {
    std::unique_ptr<LiveMatch> fresh;
    if (live == nullptr) {
        fresh = std::make_unique<LiveMatch>(*event.sport);
        live = fresh.get();
    }
    if (const auto refused = live->fold.apply(event)) {
        reject(received, *refused);
        return nullptr;
    }
    if (fresh != nullptr) live = &matches_->insert(event.match, std::move(fresh));
    live->seq = event.seq;
    live->at = event.at;
    note_end(event.match, *live);
    matches_->save(event.match, *live);
    forward_tallies(*live, event.match);
    return live;
}

void MatchProcessor::note_end(std::string_view id, LiveMatch& match) {
    const scoring::Match* state = match.fold.match();
    const bool over = state != nullptr && state->status() != scoring::Status::kLive;
    if (!over) {
        match.over_since = streams::kNoTimestamp;  // a timer that was set finds the match live and does nothing
    } else if (match.over_since == streams::kNoTimestamp) {
        match.over_since = context_->current_stream_time();
        set_timer({Timestamp{match.over_since.value() + rules_.retention_ms}, TimerKind::kForget, std::string(id), 0});
    }
}

void MatchProcessor::forward_tallies(const LiveMatch& match, std::string_view id) {
    for (const scoring::Tally& tally : match.fold.changed_tallies()) {
        player_key_.assign(match.fold.sport().name());
        player_key_ += '/';
        player_key_ += tally.player;
        player_key_ += '\0';
        player_key_ += id;
        value_.clear();
        append_player_score(value_, {tally.score, tally.at});
        streams::Record<BytesView, BytesView> record;
        record.key = player_key_;
        record.value = value_;
        record.timestamp = match.at;
        context_->forward(record, kPlayerScoresSink);
    }
}

void MatchProcessor::hold(const ScoreEvent& event, const Received& received) {
    const Bytes key = held_key(event.match, event.seq);
    if (held_->get(key, value_)) return context_->count_dropped();
    std::uint32_t& count = held_counts_[std::string(event.match)];
    if (count >= rules_.max_held_per_match) {
        return reject(received,
                      {RejectReason::kSequenceGap,
                       fmt::format("seq {}: the match waits for an earlier event, and {} already wait with it",
                                   event.seq, count)});
    }
    ++count;
    value_.clear();
    append_held_event(value_, {received.partition, received.offset, context_->current_system_time(), *received.value});
    held_->put(key, value_);
    set_timer({Timestamp{context_->current_stream_time().value() + rules_.gap_timeout_ms}, TimerKind::kGap,
               std::string(event.match), event.seq});
}

// Applies what waited for the event just applied. One that is refused leaves its place to another of the same seq.
void MatchProcessor::release_held(const std::string& id) {
    Bytes stored;
    while (held_counts_.contains(id)) {
        LiveMatch* live = matches_->get(id);
        const Bytes key = held_key(id, live->seq + 1);
        if (!held_->get(key, stored)) return;
        drop_held(id, key);
        const auto held = read_held_event(stored);
        if (!held) return;
        const Received received{id, held->value, held->partition, held->offset, context_->current_stream_time()};
        const topics::DecodeResult event = decoder_.decode(held->value);
        if (!event || apply(live, *event, received) == nullptr) return;
    }
}

void MatchProcessor::drop_held(const std::string& id, BytesView key) {
    held_->erase(key);
    const auto count = held_counts_.find(id);
    if (--count->second == 0) held_counts_.erase(count);
}

void MatchProcessor::reject(const Received& received, const topics::Rejection& rejection) {
    streams::Record<BytesView, BytesView> record;
    record.key = received.key;
    record.value = received.value;
    record.timestamp = received.timestamp;
    for (auto& [name, value] :
         topics::rejection_headers(rejection, {source_topic_, received.partition, received.offset})) {
        record.headers.push_back({std::move(name), std::move(value)});
    }
    context_->forward(record, kRejectedSink);
}

void MatchProcessor::set_timer(const Timer& timer) {
    timers_->put(timer_key(timer), "");
    next_timer_ = std::min(next_timer_, timer.due);
}

void MatchProcessor::fire_timers(Timestamp stream_time) {
    if (stream_time < next_timer_ || context_->current_system_time() < next_scan_) return;
    // A timer whose time on the clock has not come stays due: look again soon, but not with every record.
    next_scan_ = Timestamp{context_->current_system_time().value() + kScanPauseMs};
    std::vector<Timer> due;
    next_timer_ = kNever;
    for (auto timers = timers_->all(); timers->valid(); timers->next()) {
        const auto timer = read_timer_key(timers->key());
        if (timer && timer->due > stream_time) {
            next_timer_ = timer->due;
            break;
        }
        if (timer) due.push_back(*timer);
    }
    for (const Timer& timer : due) {
        if (fire(timer)) {
            timers_->erase(timer_key(timer));
        } else {
            next_timer_ = std::min(next_timer_, timer.due);
        }
    }
}

bool MatchProcessor::fire(const Timer& timer) try {
    if (timer.kind == TimerKind::kGap) return expire_held(timer);
    const LiveMatch* live = matches_->get(timer.match);
    if (live == nullptr || live->over_since == streams::kNoTimestamp) return true;
    if (live->over_since.value() + rules_.retention_ms > timer.due.value()) return true;  // ended again, later
    matches_->forget(timer.match, context_->current_stream_time());
    return true;
} catch (const DamagedMatch&) {
    return true;
}

bool MatchProcessor::expire_held(const Timer& timer) {
    const Bytes key = held_key(timer.match, timer.seq);
    Bytes stored;
    if (!held_->get(key, stored)) return true;
    const auto held = read_held_event(stored);
    if (!held) return true;
    if (context_->current_system_time().value() < held->held_at.value() + rules_.gap_min_wait_ms) return false;
    const LiveMatch* live = matches_->get(timer.match);
    const std::uint64_t missing = live == nullptr ? 1 : live->seq + 1;
    drop_held(timer.match, key);
    reject({timer.match, held->value, held->partition, held->offset, context_->current_stream_time()},
           {RejectReason::kSequenceGap, fmt::format("seq {}: event {} did not come within {} s", timer.seq, missing,
                                                    rules_.gap_timeout_ms / 1000)});
    return true;
}

}  // namespace matchpoint
