// The topologies of the differential test, the same as in java/…/Topologies.java, operation by operation. Together
// they use every operation of the DSL. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "processor/streams/topology/dsl/streams_builder.h"

namespace matchpoint::streams::differential {

using Word = std::string;
using Number = std::int64_t;
using MaybeWord = std::optional<Word>;
using MaybeNumber = std::optional<Number>;

[[nodiscard]] std::vector<std::string> topology_names();
// The topics that the topology of this name reads, without internal ones.
[[nodiscard]] std::vector<std::string> inputs_of(const std::string& topology);
[[nodiscard]] Topology make_topology(const std::string& name);

void stateless(StreamsBuilder& builder);
void key_changing(StreamsBuilder& builder);
void split_merge(StreamsBuilder& builder);
void repartition(StreamsBuilder& builder);
void stream_aggregates(StreamsBuilder& builder);
void regrouped_stream(StreamsBuilder& builder);
void tables(StreamsBuilder& builder);
void grouped_tables(StreamsBuilder& builder);
void named_grouped_tables(StreamsBuilder& builder);
void aggregate_of_aggregate(StreamsBuilder& builder);
void joins(StreamsBuilder& builder);
void repartitioned_joins(StreamsBuilder& builder);
void computed_joins(StreamsBuilder& builder);
void processors(StreamsBuilder& builder);
void names(StreamsBuilder& builder);
// What it throws, its handlers answer with a dead letter.
void errors(StreamsBuilder& builder);

}  // namespace matchpoint::streams::differential
