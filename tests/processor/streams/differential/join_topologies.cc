#include "tests/processor/streams/differential/topologies.h"

namespace matchpoint::streams::differential {
namespace {

KStream<Word, Word> words(StreamsBuilder& builder) {
    return builder.stream<Word, Word>("words");
}

// As Java prints a null.
template <typename T>
Word shown(const std::optional<T>& value) {
    if (!value) return "null";
    if constexpr (std::is_same_v<T, Word>) {
        return *value;
    } else {
        return std::to_string(*value);
    }
}

auto joined_by(const char* separator) {
    return [separator](const Word& v, const MaybeNumber& t) { return v + separator + shown(t); };
}

}  // namespace

void joins(StreamsBuilder& builder) {
    const auto table = builder.table<Word, Number>("table");
    const auto stream = words(builder);
    stream.join(table, joined_by(":")).to("inner");
    stream.left_join(table, joined_by(":")).to("left");
    stream
        .left_join(
            table,
            [](const MaybeWord& k, const Word& v, const MaybeNumber& t) { return shown(k) + "/" + v + ":" + shown(t); },
            {.name = "with-key"})
        .to("left-key");
    stream.join(table, [](const Word&, Number t) { return t % 2 == 0 ? MaybeNumber() : t; }).to("inner-null");
}

void repartitioned_joins(StreamsBuilder& builder) {
    const auto table = builder.table<Word, Number>("table", {}, {.store = "rows"});
    const auto rekeyed = words(builder).select_key([](const Word& v) { return v.substr(0, 1); });
    rekeyed.join(table, joined_by(":")).to("inner");
    rekeyed.join(table, joined_by(",")).to("inner-again");
    const auto relaxed = words(builder).map([](const MaybeWord& k, const MaybeWord& v) {
        return KeyValue<Word, Word>{v, k};
    });
    relaxed.left_join(table, joined_by(":"), {.name = "relaxed"}).to("left");
    words(builder)
        .select_key([](const MaybeWord& k, const MaybeWord&) { return k; })
        .repartition()
        .left_join(table, joined_by(";"))
        .to("left-below");
}

void computed_joins(StreamsBuilder& builder) {
    const auto table = builder.table<Word, Number>("table");
    const auto numbers = builder.stream<Word, Number>("numbers");
    const auto texts = table.filter([](Number v) { return v > 15; }).map_values([](const Word& k, Number v) {
        return k + std::to_string(v);
    });
    numbers.join(texts, [](Number v, const Word& t) { return std::to_string(v) + t; }).to("computed");
    const auto tenfold = table.map_values([](Number v) { return v * 10; }, {.store = "tenfold"});
    numbers.left_join(tenfold, [](Number v, const MaybeNumber& t) { return t ? v + *t : -v; }).to("tenfold-out");
    const auto counts = numbers.group_by_key().count();
    numbers.join(counts, [](Number v, Number c) { return v * 1000 + c; }).to("numbered");
}

void names(StreamsBuilder& builder) {
    builder.stream<Word, Word>("words", {.name = "words-in"})
        .filter([](const MaybeWord& v) { return v.has_value(); }, {"present"})
        .map_values([](const Word& v) { return v + "."; }, {"dotted"})
        .select_key([](const Word& v) { return v; }, {"keyed"})
        .group_by_key({.name = "grouping"})
        .count({.store = "the-counts"}, {"counted"})
        .to_stream({"streamed"})
        .to("counts", {.name = "out"});
    builder.table<Word, Number>("table", {.name = "rows"}, {.store = "row-store"})
        .filter([](Number v) { return v > 3; }, {.store = "big-store"}, {"big"})
        .group_by(
            [](const Word& k, Number v) {
                return KeyValue<Number, Word>{v, k};
            },
            {.name = "turned"})
        .aggregate([] { return Number{0}; }, [](Number, const Word&, Number a) { return a + 1; },
                   [](Number, const Word&, Number a) { return a - 1; }, {}, {"agg"})
        .to_stream()
        .to("turned-out");
}

}  // namespace matchpoint::streams::differential
