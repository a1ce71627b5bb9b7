// What the tail hands to the shards. Immutable once handed over.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/log/log.h"
#include "http/log/record.h"

namespace matchpoint::http {

// A topic that is mirrored. Its place in the gateway's list names it in batches.
struct TopicSpec {
    std::string name;
    std::size_t partitions = 1;
    LogOptions options;
    bool leaderboard = false;  // feeds the ranked lists
    bool optional = false;     // may not be there: then it is empty until it is
};

struct Batch {
    std::size_t topic = 0;
    std::size_t partitions = 0;  // as Kafka says now
    bool restart = false;        // the topic has been made anew; forget what was before these records
    OffsetVector begins;         // no records before these will come; empty: nothing to say
    std::vector<RecordPtr> records;
    OffsetVector ends;            // with these records, all before them has been read; empty: nothing to say
    bool caught_up = false;       // with these, all that was there at start has been read
    std::int64_t arrived_ns = 0;  // monotonic
    std::string notice;           // for the clients, as a comment
};

}  // namespace matchpoint::http
