// What happens to the topologies of the differential test: a text that both sides run and answer with the same lines.
//
//     topology <name> <cache>                            begin anew with this topology and so many bytes of cache
//     record <topic> <key> <value> <timestamp> [<trace>] a record arrives; trace is a header
//     pass <ms>                                          the wall clock moves on
//
// Keys, values and headers are x and hexadecimal digits, or null. Answered by the topology's line, its description, and
// at the end `wrote <topic> <key> <value> <timestamp> [<header>=<value> …]` for every record, topic by topic.
// Of dead letters only topic and headers: Kafka Streams forgets key and value of what was read as soon as it has sent
// something for it, and gives them the time of what was being forwarded. Without the headers that name an exception,
// which has another name on either side.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace matchpoint::streams::differential {

// A random course of events for one topology: tombstones, null keys, times out of order. The same for the same seed.
[[nodiscard]] std::string make_script(const std::string& topology, std::uint64_t seed, int records, std::size_t cache);

// Our answer.
[[nodiscard]] std::string run_script(const std::string& script);

}  // namespace matchpoint::streams::differential
