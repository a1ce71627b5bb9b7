#include "processor/live_matches.h"

namespace matchpoint {
namespace {

std::string row_header(std::string_view application_id) {
    return "row:" + std::string(application_id);
}

}  // namespace

LiveMatches::LiveMatches(Stores stores, std::string_view application_id, std::size_t capacity)
    : stores_(stores), capacity_(capacity), headers_{{row_header(application_id), Bytes()}} {}

LiveMatch* LiveMatches::get(std::string_view id) {
    if (const auto found = live_.find(id); found != live_.end()) {
        found->second->touched = true;
        return found->second.get();
    }
    auto loaded = load(id);
    return loaded == nullptr ? nullptr : &insert(id, std::move(loaded));
}

LiveMatch& LiveMatches::insert(std::string_view id, std::unique_ptr<LiveMatch> match) {
    if (live_.size() >= capacity_) make_room();
    return *(live_[std::string(id)] = std::move(match));
}

// Second chance: what was not touched since the last time goes; if everything was, all of it.
void LiveMatches::make_room() {
    const std::size_t before = live_.size();
    boost::unordered::erase_if(live_, [](auto& entry) { return !std::exchange(entry.second->touched, false); });
    if (live_.size() == before) live_.clear();
}

std::unique_ptr<LiveMatch> LiveMatches::load(std::string_view id) {
    if (!stores_.matches.get(id, row_)) return load_without_start(id);
    const auto row = read_match_row(row_);
    const scoring::Sport* sport = row ? scoring::find_sport(row->sport) : nullptr;
    if (sport == nullptr) throw DamagedMatch(id);
    Bytes history;
    Bytes chunk;
    for (std::uint32_t i = 0; i < row->chunks; ++i) {
        if (!stores_.history.get(history_key(id, i), chunk)) throw DamagedMatch(id);
        history += chunk;
    }
    history.append(row->tail);
    auto fold = topics::MatchFold::load(*sport, std::move(history));
    if (!fold) throw DamagedMatch(id);
    auto match = std::make_unique<LiveMatch>(*sport);
    match->fold = std::move(*fold);
    match->seq = row->seq;
    match->at = row->at;
    match->chunks = row->chunks;
    match->over_since = row->over_since;
    return match;
}

std::unique_ptr<LiveMatch> LiveMatches::load_without_start(std::string_view id) {
    if (!stores_.history.get(history_key(id, kSeqChunk), row_)) return nullptr;
    const auto row = read_match_row(row_);
    const scoring::Sport* sport = row ? scoring::find_sport(row->sport) : nullptr;
    if (sport == nullptr) throw DamagedMatch(id);
    auto match = std::make_unique<LiveMatch>(*sport);
    match->seq = row->seq;
    match->at = row->at;
    return match;
}

void LiveMatches::save(std::string_view id, LiveMatch& match) {
    const scoring::Match* state = match.fold.match();
    const bool had_state = match.writer.has_value();
    save_history(id, match);
    row_.clear();
    append_match_row(row_, {.sport = std::string(match.fold.sport().name()),
                            .seq = match.seq,
                            .at = match.at,
                            .chunks = match.chunks,
                            .over_since = match.over_since,
                            .tail = BytesView(match.fold.history()).substr(match.chunks * kChunkBytes)});
    if (state == nullptr) {
        // Its start was taken back: gone for the readers, but its seq goes on.
        stores_.history.put(history_key(id, kSeqChunk), row_);
        stores_.matches.erase_at(id, match.at);
        match.writer.reset();
        return;
    }
    if (!had_state) {
        if (match.seq > 1 && match.fold.entries() == 1) stores_.history.erase(history_key(id, kSeqChunk));
        match.writer.emplace(id, match.fold.sport(), match.fold.fixture(), *state);
    }
    match.writer->write(*state, match.seq, match.at, json_);
    headers_.front().value = row_;
    stores_.matches.put_as(id, row_, {.value = json_, .headers = &headers_, .timestamp = match.at});
}

// Whole chunks are written when they fill and erased when an undo takes from them; all between stays as it is.
void LiveMatches::save_history(std::string_view id, LiveMatch& match) {
    const Bytes& history = match.fold.history();
    const auto chunks = static_cast<std::uint32_t>(history.size() / kChunkBytes);
    for (std::uint32_t i = match.chunks; i < chunks; ++i) {
        stores_.history.put(history_key(id, i), BytesView(history).substr(i * kChunkBytes, kChunkBytes));
    }
    for (std::uint32_t i = chunks; i < match.chunks; ++i) stores_.history.erase(history_key(id, i));
    match.chunks = chunks;
}

void LiveMatches::forget(std::string_view id, Timestamp at) {
    const LiveMatch* match = get(id);
    if (match == nullptr) return;
    for (std::uint32_t i = 0; i < match->chunks; ++i) stores_.history.erase(history_key(id, i));
    stores_.matches.erase_at(id, at);
    live_.erase(live_.find(id));
}

streams::RestoreFunction match_row_restorer(std::string_view application_id) {
    return [name = row_header(application_id)](const streams::RawRecord& record, Bytes& stored) {
        if (record.headers == nullptr) return false;
        for (const streams::Header& header : *record.headers) {
            if (header.name != name || !header.value) continue;
            stored = *header.value;
            return true;
        }
        return false;
    };
}

}  // namespace matchpoint
