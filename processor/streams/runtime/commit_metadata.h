// What a task commits beside its offsets, as the metadata string of the offset of its first input partition: the
// highest timestamp seen on the partition, and how far the transaction reaches into each changelog. The latter is where
// the next owner's restore ends. Pure; any thread.
//
//     v1;t=1795235906251;matches=48211;history=310
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "processor/streams/base/types.h"

namespace matchpoint::streams {

struct CommitMetadata {
    Timestamp partition_time = kNoTimestamp;
    std::map<std::string, Offset> changelog_ends;  // by store
    bool operator==(const CommitMetadata&) const = default;
};

[[nodiscard]] std::string to_text(const CommitMetadata& metadata);
// Another application's metadata, or a version not known, reads as empty.
[[nodiscard]] CommitMetadata parse_commit_metadata(std::string_view text);

}  // namespace matchpoint::streams
