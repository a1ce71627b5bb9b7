// Turns what comes from Kafka into records: counts the offsets, encodes the id, finds what filters ask about. One
// for a topic; belongs to the thread that reads it.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "http/log/record.h"
#include "processor/streams/base/clock.h"
#include "topics/high_score.h"
#include "topics/match_state.h"

namespace matchpoint::http {

// Finds the tags of a record. What is not as the contract says gets those that its key tells.
class Tagger {
  public:
    virtual ~Tagger() = default;
    [[nodiscard]] virtual TagsPtr tags(const RawRecord& raw) = 0;
    // Of the record whose tags were asked for last, see RawRecord. A deletion stands above all.
    [[nodiscard]] std::int64_t version() const { return version_; }

  protected:
    void found_version(const RawRecord& raw, std::int64_t version) {
        version_ = raw.tombstone ? std::numeric_limits<std::int64_t>::max() : version;
    }

  private:
    std::int64_t version_ = 0;
};

[[nodiscard]] std::unique_ptr<Tagger> make_tagger(std::string_view topic);

class RecordBuilder {
  public:
    RecordBuilder(std::string topic, const streams::Clock& clock);
    [[nodiscard]] RecordPtr build(RawRecord raw) {
        TagsPtr found = tags(raw);
        raw.version = tagger_->version();
        return build(raw, std::move(found));
    }
    // Where the value is not as it was received, with the tags of what was.
    [[nodiscard]] RecordPtr build(const RawRecord& raw, TagsPtr tags);
    [[nodiscard]] TagsPtr tags(const RawRecord& raw) { return tagger_->tags(raw); }
    void ensure_partitions(std::size_t partitions);
    [[nodiscard]] const OffsetVector& position() const { return position_; }
    // The topic has been made anew.
    void restart() { position_.assign(position_.size(), 0); }
    // The topic has been read up to there, although no record says so: what lies before was not asked for.
    void skip_to(std::size_t partition, std::int64_t offset) { position_.at(partition) = offset; }

  private:
    std::string topic_;
    const streams::Clock& clock_;
    std::unique_ptr<Tagger> tagger_;
    OffsetVector position_;
};

}  // namespace matchpoint::http
