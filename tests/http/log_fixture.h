// What the tests of the log share: records without Kafka, and a client that keeps what it has been told.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "http/log/cursor.h"
#include "http/log/log.h"

namespace matchpoint::http::testing {

inline constexpr std::string_view kTopic = "match-state";
inline constexpr streams::Timestamp kNow{1'800'000'000'000};

// One record as Kafka holds it.
struct Produced {
    int partition = 0;
    std::int64_t offset = 0;
    std::string key;
    bool tombstone = false;
    streams::Timestamp timestamp = kNow;
};

// Feeds a log in some order of the partitions, as a gateway does.
class Feeder {
  public:
    explicit Feeder(Log& log) : log_(log), position_(log.end().size(), 0) {}
    void append(const Produced& produced) {
        const auto partition = static_cast<std::size_t>(produced.partition);
        position_[partition] = produced.offset + 1;
        const std::string value =
            R"({"match":")" + produced.key + R"(","seq":)" + std::to_string(produced.offset) + "}";
        const RawRecord raw{streams::Partition{produced.partition},
                            streams::Offset{produced.offset},
                            produced.timestamp,
                            produced.key,
                            value,
                            produced.tombstone};
        Tags tags{produced.key, {}, {}};
        if (!produced.tombstone) {
            tags.sport = produced.key.back() % 2 == 0 ? "tennis" : "arcade";
            tags.players = {"p" + std::string(1, produced.key.back())};
        }
        log_.append(std::make_shared<const Record>(raw, encode_event_id(kTopic, position_, kNow),
                                                   std::make_shared<const Tags>(std::move(tags))));
    }

  private:
    Log& log_;
    OffsetVector position_;
};

// Reads frames as a browser does, and remembers what the last event id stood for.
class Client {
  public:
    // False if a key went back or came twice, which must never be.
    bool take(const Item& item) {
        if (item.frame != nullptr) parse(item.frame->plain());
        if (item.kind == Item::Kind::kReset) known_.clear(), told_.clear();
        if (item.kind == Item::Kind::kLive && item.frame != nullptr) ++lives_;
        if (item.kind != Item::Kind::kRecord) return true;
        const Record& record = item.record != nullptr ? **item.record : *last_record(item);
        return take(record);
    }
    bool take(const Record& record) {
        const std::int64_t version = record.offset().value();
        const auto told = told_.find(record.key());
        const bool rises = told == told_.end() || told->second < version;
        told_[record.key()] = version;
        if (record.tombstone()) {
            known_.erase(record.key());
        } else {
            known_[record.key()] = version;
        }
        ++records_;
        return rises;
    }
    void forget() { known_.clear(), told_.clear(), last_event_id_.clear(); }

    [[nodiscard]] const std::map<std::string, std::int64_t>& known() const { return known_; }
    [[nodiscard]] const std::string& last_event_id() const { return last_event_id_; }
    [[nodiscard]] int lives() const { return lives_; }
    [[nodiscard]] int records() const { return records_; }
    // Where an item's frame was made for this reader, the record it was made from.
    void look_up_in(const Log& log) { log_ = &log; }

  private:
    const Record* last_record(const Item& item) const {
        if (log_->in_ring(item.sequence - 1)) return log_->slot(item.sequence).record.get();
        return log_->changed_after(item.sequence - 1)->record.get();
    }
    void parse(std::string_view event) {
        if (event.starts_with("id: ")) last_event_id_ = event.substr(4, event.find('\n') - 4);
    }

    const Log* log_ = nullptr;
    std::map<std::string, std::int64_t> known_;  // what the client shows
    std::map<std::string, std::int64_t> told_;   // the last version of each key it was ever told
    std::string last_event_id_;
    int lives_ = 0;
    int records_ = 0;
};

// What a client with that filter must show once it has read everything.
inline std::map<std::string, std::int64_t> latest_of(const Log& log, const Filter& filter) {
    std::map<std::string, std::int64_t> latest;
    for (const Log::Entry* entry = log.changed_after(0); entry != nullptr; entry = log.next(*entry)) {
        if (entry->record->tombstone() || !filter.passes(*entry->tags)) continue;
        latest[entry->record->key()] = entry->record->offset().value();
    }
    return latest;
}

// Gives `client` at most `most` events of what comes next; true if there may be more.
inline bool read_some(Cursor& cursor, const Log& log, const Filter& filter, Client& client, std::size_t limit,
                      std::size_t most, bool& rises) {
    Gathered gathered;
    client.look_up_in(log);
    cursor.collect(log, filter, limit, gathered);
    for (const Item& item : gathered.items) {
        if (most-- == 0) return true;
        rises = client.take(item) && rises;
        cursor.given(item);
    }
    cursor.cover(gathered.covered);
    return !gathered.items.empty();
}

inline void read_all(Cursor& cursor, const Log& log, const Filter& filter, Client& client, bool& rises) {
    while (read_some(cursor, log, filter, client, 7, 1000, rises)) {
    }
}

}  // namespace matchpoint::http::testing
