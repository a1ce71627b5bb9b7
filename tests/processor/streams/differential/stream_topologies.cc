#include "tests/processor/streams/differential/topologies.h"

namespace matchpoint::streams::differential {
namespace {

KStream<Word, Word> words(StreamsBuilder& builder) {
    return builder.stream<Word, Word>("words");
}
KStream<Word, Number> numbers(StreamsBuilder& builder) {
    return builder.stream<Word, Number>("numbers");
}

}  // namespace

void stateless(StreamsBuilder& builder) {
    const auto stream = words(builder);
    stream.filter([](const Word& v) { return v.size() > 3; }).to("long-words");
    stream.filter_not([](const MaybeWord& k, const MaybeWord&) { return !k; })
        .map_values([](const Word& k, const Word& v) { return k + "=" + v; })
        .to("pairs");
    stream.peek([](const Word&) {})
        .map_values([](const Word& v) { return static_cast<Number>(v.size()); })
        .to("lengths");
    stream.flat_map_values([](const Word& v) { return std::vector<Word>{v, v + "!"}; }).to("twice");
    stream.for_each([](const MaybeWord&, const MaybeWord&) {});
    numbers(builder).map_values([](const MaybeNumber& v) { return v.value_or(-1); }).to("numbers-out");
    words(builder).to("again");
    builder.stream<Word, Word>(std::vector<std::string>{"other-b", "other-a", "other-c"}).to("others");
}

void key_changing(StreamsBuilder& builder) {
    const auto stream = words(builder);
    stream.map([](const MaybeWord& k, const MaybeWord& v) { return KeyValue<Word, Word>{v, k}; }).to("swapped");
    stream
        .flat_map([](const Word& v) {
            std::vector<KeyValue<Word, Number>> pairs;
            for (std::size_t i = 0; i < v.size() % 4; ++i) pairs.push_back({v.substr(i, 1), static_cast<Number>(i)});
            return pairs;
        })
        .to("letters");
    stream.select_key([](const Word& v) { return v.substr(0, 1); }).to("by-initial");
    stream.to([](const Record<Word, Word>& record) { return "chosen-" + record.key.value_or("none"); });
}

void split_merge(StreamsBuilder& builder) {
    const auto stream = words(builder);
    auto unnamed = stream.split()
                       .branch([](const MaybeWord& v) { return !v; })
                       .branch([](const Word& v) { return v.size() > 4; })
                       .no_default_branch();
    unnamed.at("KSTREAM-BRANCH-00000000011").to("empty");
    unnamed.at("KSTREAM-BRANCH-00000000012").to("long");
    const auto key_is = [](const char* key) {
        return [key](const MaybeWord& k, const MaybeWord&) { return k == key; };
    };
    using Words = KStream<Word, Word>;
    auto named = stream.split({"by-key-"})
                     .branch(key_is("a"), {.name = "a"})
                     .branch(key_is("b"), {.name = "b",
                                           .then =
                                               [](const Words& b) {
                                                   b.to("only-b");
                                                   return std::optional<Words>();
                                               }})
                     .branch(key_is("c"), {.name = "c",
                                           .then =
                                               [](const Words& c) {
                                                   return std::optional<Words>(c.map_values(
                                                       [](const MaybeWord& v) { return v ? *v + "c" : Word("none"); }));
                                               }})
                     .default_branch();
    const auto merged = named.at("by-key-a").merge(named.at("by-key-c"));
    merged.to("a-and-c");
    merged.merge(named.at("by-key-0"), {"all-but-b"}).group_by_key().count().to_stream().to("counts");
    stream.merge(builder.stream<Word, Word>("more")).to("merged");
}

void repartition(StreamsBuilder& builder) {
    const auto stream = words(builder);
    stream.repartition().to("plain");
    stream.repartition({.name = "wide", .partitions = 3})
        .map_values([](const Word& v) { return v + "~"; })
        .to("wide-out");
    stream.select_key([](const Word& v) { return v; }).repartition().group_by_key().count().to_stream().to("counts");
}

void stream_aggregates(StreamsBuilder& builder) {
    const auto add = [](Number a, Number v) { return a + v; };
    const auto grouped = numbers(builder).group_by_key();
    grouped.count().to_stream().to("counts");
    grouped.count(Materialized<Word, Number>{}).to_stream().to("counts-again");
    grouped.count({.store = "named-counts"}).to_stream().to("counts-named");
    grouped.reduce(add).to_stream().to("sums");
    grouped.reduce([](Number a, Number v) { return v % 5 == 0 ? MaybeNumber() : std::max(a, v); }, {.store = "maxima"})
        .to_stream()
        .to("max");
    grouped
        .aggregate(
            [] { return Word(); },
            [](const Word&, Number v, const Word& a) { return v % 7 == 0 ? MaybeWord() : a + std::to_string(v % 10); })
        .to_stream()
        .to("digits");
    grouped
        .aggregate([] { return Number{100}; }, [](const Word&, Number v, Number a) { return a - v; },
                   {.store = "falling", .kind = StoreSpec::Kind::kInMemory, .logging = false})
        .to_stream()
        .to("fall");
}

void regrouped_stream(StreamsBuilder& builder) {
    const auto stream = words(builder);
    stream.group_by([](const Word& v) { return v; }).count().to_stream().to("counts");
    const auto letters = stream
                             .flat_map([](const MaybeWord& k, const MaybeWord& v) {
                                 std::vector<KeyValue<Word, Word>> pairs;
                                 if (v) pairs = {{v->substr(0, 1), v}, {k, v}};
                                 return pairs;
                             })
                             .group_by_key();
    letters.count({.store = "letter-counts"}).to_stream().to("letter-counts-out");
    letters.reduce([](const Word& a, const Word& v) { return a < v ? v : a; }).to_stream().to("last-words");
    const auto shared =
        stream.group_by([](const Word& v) { return v.substr(v.size() - 1); }, Grouped<Word, Word>{.name = "by-last"});
    shared.count().to_stream().to("last-letter-counts");
    shared.reduce([](const Word&, const Word& v) { return v; }).to_stream().to("last-letter-words");
}

}  // namespace matchpoint::streams::differential
