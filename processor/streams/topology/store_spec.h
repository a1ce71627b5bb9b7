// What a topology says of a state store: kind, logging, and where its changelog is. Immutable once added.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "processor/streams/topology/record.h"

namespace matchpoint::streams {

// Turns a changelog record into the stored value, appended to `stored`; false if the record must be skipped. Tombstones
// do not come here: they erase.
using RestoreFunction = std::function<bool(const RawRecord& record, Bytes& stored)>;

struct StoreSpec {
    enum class Kind : std::uint8_t { kPersistent, kInMemory };

    // Where the store's changes are kept for restoring.
    enum class Changelog : std::uint8_t {
        kNone,         // logging is off: a lost store starts empty
        kOwn,          // <application.id>-<store>-changelog, made by the engine
        kPublicTopic,  // a topic of the user's, compacted, one partition a task: state is written once, not twice
        kSourceTopic,  // the source topic the store mirrors; nothing is written at all
    };

    std::string name;
    Kind kind = Kind::kPersistent;
    bool caching = false;      // a record cache, if statestore.cache.max.bytes is not 0; not over a public changelog
    bool timestamped = false;  // values in the format of state/timestamped_value.h
    Changelog changelog = Changelog::kOwn;
    std::string changelog_topic;  // kPublicTopic, kSourceTopic: its name (internal topics without the prefix)
    std::map<std::string, std::string> changelog_configs;  // kOwn: over the defaults (cleanup.policy=compact)
    RestoreFunction restore;                               // where the changelog's value is not the stored value
};

}  // namespace matchpoint::streams
