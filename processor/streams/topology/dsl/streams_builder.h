// Where a topology written in the DSL begins, as Kafka Streams' StreamsBuilder: streams and tables from topics, and at
// the end the Topology. Generated names of nodes, stores and internal topics are Kafka Streams', as without
// optimisation. One thread; build() is the last call.
//
//     StreamsBuilder builder;
//     builder.stream<std::string, std::string>("lines")
//         .flat_map_values([](const std::string& line) { return words_of(line); })
//         .group_by([](const std::string& word) { return word; })
//         .count({.store = "counts"})
//         .to_stream()
//         .to("word-counts");
//     KafkaStreams streams(builder.build(), config, logger);
#pragma once

#include <string>
#include <vector>

#include "processor/streams/topology/dsl/kgrouped_table_impl.h"
#include "processor/streams/topology/dsl/kstream_impl.h"
#include "processor/streams/topology/dsl/kstream_join_impl.h"
#include "processor/streams/topology/dsl/ktable_impl.h"

namespace matchpoint::streams {

class StreamsBuilder {
  public:
    StreamsBuilder() : graph_(std::make_shared<dsl::Graph>()) {}

    // Topics that were asked for before, with the same types, are read once only; what was said of them the first time
    // holds.
    template <typename K, typename V>
    KStream<K, V> stream(const std::vector<std::string>& topics, const Consumed<K, V>& consumed = {}) {
        std::string name = graph_->name_or_new(consumed.name, "KSTREAM-SOURCE-");
        const auto serdes = dsl::required<K, V>(consumed.key, consumed.value, "source " + name);
        if (const std::string known = graph_->source_of(topics); !known.empty()) {
            name = known;
        } else {
            graph_->topology().add_source<K, V>(name, topics, serdes,
                                                {consumed.timestamp_extractor, consumed.offset_reset});
            graph_->add_source(name, topics);
        }
        return KStream<K, V>({graph_, name, serdes.key, serdes.value, {name}, false});
    }
    template <typename K, typename V>
    KStream<K, V> stream(const std::string& topic, const Consumed<K, V>& consumed = {}) {
        return stream<K, V>(std::vector<std::string>{topic}, consumed);
    }

    // The table of a topic's latest values; it gets a store if it is named or somebody needs one.
    template <typename K, typename V>
    KTable<K, V> table(const std::string& topic, const Consumed<K, V>& consumed = {},
                       const Materialized<K, V>& materialized = {}) {
        using P = dsl::TableSourceProcessor<K, V>;
        const std::string store = materialized.store.empty() ? graph_->new_store_name(topic + "-") : materialized.store;
        const std::string source = graph_->name_with_suffix_or_new(consumed.name, "-source", "KSTREAM-SOURCE-");
        const std::string name = graph_->name_or_new(consumed.name, "KTABLE-SOURCE-");
        const auto serdes = dsl::required<K, V>(consumed.key, consumed.value, "table " + topic);
        graph_->topology().add_source<K, V>(source, {topic}, serdes,
                                            {consumed.timestamp_extractor, consumed.offset_reset});
        graph_->add_source(source, {topic});
        auto flags = std::make_shared<dsl::TableFlags>();
        graph_->topology().add_processor<P>(
            name, [flags, store, serdes] { return std::make_unique<P>(flags, store, serdes); }, {source});
        graph_->add_child(name, {source});
        auto view =
            std::make_shared<dsl::SourceTable<K, V>>(graph_, name, flags, dsl::spec_of(materialized, store), serdes);
        if (!materialized.store.empty()) view->materialize();
        return KTable<K, V>({graph_, name, serdes.key, serdes.value, {source}, materialized.store, view});
    }

    // For process() and process_values().
    StreamsBuilder& add_state_store(StoreSpec store) {
        graph_->topology().add_state_store(std::move(store));
        return *this;
    }

    [[nodiscard]] Topology build() {
        graph_->finish();
        return graph_->topology();
    }

  private:
    dsl::GraphPtr graph_;
};

}  // namespace matchpoint::streams
