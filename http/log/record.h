// One record of a topic as the gateway keeps it: framed once as a server-sent event, with what filters ask about.
// Immutable once built, so shared by all shards, connections and requests without a lock.
//
//   wire   <hex size> CR LF | id: <id> LF  data: <value> LF LF | CR LF        chunked transfer coding around the event
//                           ^-- plain() ------------------------^             what HTTP/1.0 and WebSocket readers get
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/log/event_id.h"
#include "processor/streams/base/types.h"

namespace matchpoint::http {

// Bytes ready for the socket, in both codings.
class Frame {
  public:
    Frame() = default;
    explicit Frame(std::string_view event);
    [[nodiscard]] std::string_view chunked() const { return wire_; }
    [[nodiscard]] std::string_view plain() const { return std::string_view(wire_).substr(begin_, size_); }

  private:
    std::string wire_;
    std::size_t begin_ = 0;
    std::size_t size_ = 0;
};
using FramePtr = std::shared_ptr<const Frame>;

// What a filter can ask for. Empty where the record does not say.
struct Tags {
    std::string match;
    std::string sport;
    std::vector<std::string> players;
    // Of a deletion whose record was never read: what its key does not tell is not known.
    bool key_only = false;
    bool operator==(const Tags&) const = default;
};
using TagsPtr = std::shared_ptr<const Tags>;

// What comes from Kafka; the value of a tombstone is absent.
struct RawRecord {
    streams::Partition partition;
    streams::Offset offset;
    streams::Timestamp timestamp;
    std::string_view key;
    std::string_view value;
    bool tombstone = false;
    std::int64_t version = 0;  // rises with each value of a key, as far as values tell
};

class Record {
  public:
    // `id` stands for the position after this record.
    Record(const RawRecord& raw, std::string_view id, TagsPtr tags);

    [[nodiscard]] const Frame& frame() const { return frame_; }
    [[nodiscard]] std::string_view id() const { return frame_.plain().substr(kIdPrefix.size(), id_size_); }
    // The event without its id line, so that it can be sent under another id.
    [[nodiscard]] std::string_view body() const;
    [[nodiscard]] std::string_view value() const;  // on one line; empty for a tombstone
    // The value is JSON, as the contract says. Whoever writes to a topic may write anything.
    [[nodiscard]] bool is_json() const { return is_json_; }
    // The value where only JSON can stand: as a string if it is none.
    void append_json(std::string& out) const;
    [[nodiscard]] const std::string& key() const { return key_; }
    [[nodiscard]] const TagsPtr& tags() const { return tags_; }
    [[nodiscard]] bool tombstone() const { return tombstone_; }
    [[nodiscard]] streams::Partition partition() const { return partition_; }
    [[nodiscard]] streams::Offset offset() const { return offset_; }
    [[nodiscard]] streams::Timestamp timestamp() const { return timestamp_; }
    [[nodiscard]] std::int64_t version() const { return version_; }
    [[nodiscard]] std::size_t memory() const { return sizeof(Record) + frame_.chunked().size() + key_.size(); }

  private:
    static constexpr std::string_view kIdPrefix = "id: ";
    Frame frame_;
    std::string key_;
    TagsPtr tags_;
    streams::Offset offset_;
    streams::Timestamp timestamp_;
    std::int64_t version_ = 0;
    streams::Partition partition_;
    std::uint32_t id_size_ = 0;
    bool tombstone_ = false;
    bool is_json_ = false;
};
using RecordPtr = std::shared_ptr<const Record>;

// A record's event under another id, for a reader that knows more or less than our own order tells.
[[nodiscard]] FramePtr frame_with_id(const Record& record, std::string_view id);
// To a reader whose filter the record has left: its key's deletion, under that id.
[[nodiscard]] FramePtr frame_left(const Record& record, std::string_view id);
// An event of the gateway itself, such as `live`. Without an id the client keeps the one it has.
[[nodiscard]] FramePtr frame_event(std::string_view event, std::string_view data, std::string_view id = {});
// `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace matchpoint::http
