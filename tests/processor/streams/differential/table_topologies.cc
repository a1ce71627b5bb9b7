#include "tests/processor/streams/differential/topologies.h"

namespace matchpoint::streams::differential {
namespace {

KTable<Word, Number> table(StreamsBuilder& builder, const std::string& store = "") {
    return builder.table<Word, Number>("table", {}, {.store = store});
}
KGroupedStream<Word, Number> grouped_numbers(StreamsBuilder& builder) {
    return builder.stream<Word, Number>("numbers").group_by_key();
}
Number add(Number a, Number v) {
    return a + v;
}
Number subtract(Number a, Number v) {
    return a - v;
}

}  // namespace

void tables(StreamsBuilder& builder) {
    const auto over = [](Number least) { return [least](Number v) { return v > least; }; };
    const auto plain = table(builder);
    plain.to_stream().to("plain");
    plain.filter(over(20)).to_stream().to("filtered");
    const auto stored = builder.table<Word, Number>("table-b", {}, {.store = "stored"});
    stored.to_stream().to("stored-out");
    stored.filter(over(20)).to_stream().to("stored-filtered");
    stored.filter_not(over(20), {.store = "small"}).to_stream().to("small-out");
    stored.filter(over(10), Materialized<Word, Number>{})
        .map_values([](Number v) { return v * 2; })
        .to_stream()
        .to("doubled");
    stored.map_values([](const Word& k, Number v) { return k + std::to_string(v); }, {.store = "texts"})
        .to_stream()
        .to("texts-out");
    stored.map_values([](Number v) { return v % 2 == 0 ? MaybeNumber() : v; }).filter(over(5)).to_stream().to("odd");
}

void grouped_tables(StreamsBuilder& builder) {
    const auto rows = table(builder);
    const auto grouped = rows.group_by([](const Word&, Number v) {
        return KeyValue<Word, Number>{v % 3 == 0 ? "three" : "rest", v};
    });
    grouped.count().to_stream().to("counts");
    grouped.reduce(add, subtract).to_stream().to("sums");
    grouped
        .aggregate([] { return Word(); },
                   [](const Word&, Number v, const Word& a) { return a + "+" + std::to_string(v); },
                   [](const Word&, Number v, const Word& a) {
                       return a.size() > 40 ? MaybeWord() : a + "-" + std::to_string(v);
                   })
        .to_stream()
        .to("history");
    rows.filter([](Number v) { return v > 10; })
        .map_values([](Number v) { return v + 1; })
        .group_by([](const Word& k, Number v) {
            return KeyValue<Word, Number>{v % 11 == 0 ? MaybeWord() : k.substr(0, 1), v};
        })
        .count({.store = "over-ten"})
        .to_stream()
        .to("over-ten-out");
}

void named_grouped_tables(StreamsBuilder& builder) {
    const auto grouped = table(builder, "rows")
                             .group_by(
                                 [](const Word&, Number v) {
                                     return KeyValue<Word, Number>{"k" + std::to_string(v % 4), v};
                                 },
                                 {.name = "by-rest"});
    grouped.count({.store = "rest-counts"}, {"counting"}).to_stream().to("counts");
    grouped
        .reduce([](Number a, Number v) { return a * 3 + v; },
                [](Number a, Number v) { return v % 6 == 0 ? MaybeNumber() : a + v; })
        .to_stream()
        .to("sums");
}

void aggregate_of_aggregate(StreamsBuilder& builder) {
    grouped_numbers(builder)
        .count()
        .group_by([](Number v) {
            return KeyValue<Word, Number>{v % 2 == 0 ? "even" : "odd", v};
        })
        .reduce(add, subtract)
        .to_stream()
        .to("by-parity");
    grouped_numbers(builder)
        .reduce([](Number a, Number v) { return v % 4 == 0 ? MaybeNumber() : a + v; })
        .filter([](Number v) { return v % 2 == 0; })
        .group_by([](Number v) {
            return KeyValue<Word, Number>{"all", v};
        })
        .count()
        .to_stream()
        .to("even-sums");
}

}  // namespace matchpoint::streams::differential
