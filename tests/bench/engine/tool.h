// What the bench does to Kafka itself, apart from the systems it measures: topics, load, progress, results, latency,
// and the floor. One program, a subcommand each; a subcommand prints what it found as one JSON line, or lines while it
// runs. Failures throw; main tells them and ends with 1.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "processor/streams/kafka/config.h"

namespace matchpoint::bench {

struct TopicSpec {
    std::string name;
    std::int32_t partitions;
};

// Deletes every topic but Kafka's own and `keep`; makes the catalog's, and `extra`.
void reset_topics(const std::string& bootstrap, const std::vector<std::string>& keep,
                  const std::vector<TopicSpec>& extra);
// {"topic":{"partitions":…,"records":…},…}: what lies between first and next offset, transaction markers included.
void print_extents(const std::string& bootstrap);

// Writes `count` tennis events of `keys` matches that never end, in rounds over all matches.
struct Load {
    std::string prefix = "load";
    std::int64_t keys = 10'000;
    std::int64_t count = 2'000'000;
};
void load(const std::string& bootstrap, const Load& what);

// Every `every`: "<ms since 1970> <sum of the group's committed offsets of topic> <sum of output's next offsets>",
// until SIGTERM.
struct Watch {
    std::string group;
    std::string topic = "scores";
    std::string output = "match-state";
    std::chrono::milliseconds every{50};
};
void watch(const std::string& bootstrap, const Watch& what);

// Reads a topic's committed records to its end; writes the last value of each key, as lines key, tab, value.
void dump(const std::string& bootstrap, const std::string& topic, const std::string& file);

// Events at a steady rate, and when a reader of each isolation level has the state that each led to.
struct Probe {
    std::string prefix = "probe";
    std::int64_t matches = 2'000;
    double rate = 2'000;
    double seconds = 20;
    std::string file;  // a line for each record read: ms since 1970, latency in µs, partition, c or u
};
void probe(const std::string& bootstrap, const Probe& what);

// Consumes scores and writes as many records and bytes as `outputs` say, in transactions, with nothing between: until
// SIGTERM.
struct Floor {
    std::string group;
    std::vector<std::pair<double, std::size_t>> outputs;  // records an event, bytes a record
    std::chrono::milliseconds commit_interval{100};
    bool transactions = true;
};
void floor_loop(const std::string& bootstrap, const Floor& what);

// One start or point of a tennis match in which the sides win in turn, so that it never ends.
void write_event(std::string& out, const std::string& match, std::int64_t seq, std::int64_t at_ms);
[[nodiscard]] std::int64_t now_us();  // since 1970
// Set by SIGTERM and SIGINT.
[[nodiscard]] bool stopping();

}  // namespace matchpoint::bench
