// The topology that most tests of the runtime run, and streams_counting_client: whether each input was counted once can
// be seen from its output.
#pragma once

#include <string>

#include "processor/streams/topology/dsl/streams_builder.h"

namespace matchpoint::streams {

// Counts the records of each key of `in` in the store "counts" and writes the counts, as text, to `out`.
inline void add_counting(StreamsBuilder& builder, const std::string& in, const std::string& out,
                         StoreSpec::Kind kind = StoreSpec::Kind::kPersistent) {
    builder.stream<std::string, std::string>(in)
        .group_by_key()
        .count({.store = "counts", .kind = kind})
        .to_stream()
        .map_values([](const std::int64_t& count) { return std::to_string(count); })
        .to(out);
}

[[nodiscard]] inline Topology counting(const std::string& in, const std::string& out,
                                       StoreSpec::Kind kind = StoreSpec::Kind::kPersistent) {
    StreamsBuilder builder;
    add_counting(builder, in, out, kind);
    return builder.build();
}

}  // namespace matchpoint::streams
