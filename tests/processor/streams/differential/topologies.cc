#include "tests/processor/streams/differential/topologies.h"

#include <map>

namespace matchpoint::streams::differential {
namespace {

struct Entry {
    void (*build)(StreamsBuilder&);
    std::vector<std::string> inputs;
};

const std::map<std::string, Entry>& entries() {
    static const std::map<std::string, Entry> kEntries = {
        {"stateless", {stateless, {"words", "words", "numbers", "other-a", "other-b", "other-c"}}},
        {"key-changing", {key_changing, {"words"}}},
        {"split-merge", {split_merge, {"words", "more"}}},
        {"repartition", {repartition, {"words"}}},
        {"stream-aggregates", {stream_aggregates, {"numbers"}}},
        {"regrouped-stream", {regrouped_stream, {"words"}}},
        {"tables", {tables, {"table", "table-b"}}},
        {"grouped-tables", {grouped_tables, {"table"}}},
        {"named-grouped-tables", {named_grouped_tables, {"table"}}},
        {"aggregate-of-aggregate", {aggregate_of_aggregate, {"numbers"}}},
        {"joins", {joins, {"words", "table"}}},
        {"repartitioned-joins", {repartitioned_joins, {"words", "table"}}},
        {"computed-joins", {computed_joins, {"numbers", "table"}}},
        {"processors", {processors, {"words", "numbers"}}},
        {"errors", {errors, {"words", "words", "other", "numbers"}}},
        {"names", {names, {"words", "table"}}},
    };
    return kEntries;
}

}  // namespace

std::vector<std::string> topology_names() {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries()) names.push_back(name);
    return names;
}

std::vector<std::string> inputs_of(const std::string& topology) {
    return entries().at(topology).inputs;
}

Topology make_topology(const std::string& name) {
    StreamsBuilder builder;
    entries().at(name).build(builder);
    return builder.build();
}

}  // namespace matchpoint::streams::differential
