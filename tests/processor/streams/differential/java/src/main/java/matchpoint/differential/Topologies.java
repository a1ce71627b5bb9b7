package matchpoint.differential;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KGroupedTable;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The topologies of topologies.cc, operation by operation. Words are strings, numbers are longs. */
final class Topologies {
    private static final Serde<String> S = Serdes.String();
    private static final Serde<Long> L = Serdes.Long();
    private static final Produced<String, String> WORDS = Produced.with(S, S);
    private static final Produced<String, Long> NUMBERS = Produced.with(S, L);

    static Topology make(final String name) {
        final StreamsBuilder builder = new StreamsBuilder();
        switch (name) {
            case "stateless" -> stateless(builder);
            case "key-changing" -> keyChanging(builder);
            case "split-merge" -> splitMerge(builder);
            case "repartition" -> repartition(builder);
            case "stream-aggregates" -> streamAggregates(builder);
            case "regrouped-stream" -> regroupedStream(builder);
            case "tables" -> tables(builder);
            case "grouped-tables" -> groupedTables(builder);
            case "named-grouped-tables" -> namedGroupedTables(builder);
            case "aggregate-of-aggregate" -> aggregateOfAggregate(builder);
            case "joins" -> joins(builder);
            case "repartitioned-joins" -> repartitionedJoins(builder);
            case "computed-joins" -> computedJoins(builder);
            case "processors" -> processors(builder);
            case "names" -> names(builder);
            case "errors" -> errors(builder);
            default -> throw new IllegalArgumentException(name);
        }
        return builder.build();
    }

    private static KStream<String, String> words(final StreamsBuilder builder) {
        return builder.stream("words", Consumed.with(S, S));
    }

    private static Materialized<String, Long, KeyValueStore<Bytes, byte[]>> numberStore(final String name) {
        return Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as(name).withKeySerde(S).withValueSerde(L);
    }

    private static KStream<String, Long> numbers(final StreamsBuilder builder) {
        return builder.stream("numbers", Consumed.with(S, L));
    }

    private static void stateless(final StreamsBuilder builder) {
        final KStream<String, String> words = words(builder);
        words.filter((k, v) -> v != null && v.length() > 3).to("long-words", WORDS);
        words.filterNot((k, v) -> k == null).mapValues((k, v) -> v == null ? null : k + "=" + v).to("pairs", WORDS);
        words.peek((k, v) -> { }).mapValues(v -> v == null ? null : (long) v.length()).to("lengths", NUMBERS);
        words.flatMapValues(v -> v == null ? List.<String>of() : Arrays.asList(v, v + "!")).to("twice", WORDS);
        words.foreach((k, v) -> { });
        numbers(builder).mapValues(v -> v == null ? -1L : v).to("numbers-out", NUMBERS);
        words(builder).to("again", WORDS);
        builder.stream(Arrays.asList("other-b", "other-a", "other-c"), Consumed.with(S, S)).to("others", WORDS);
    }

    private static void keyChanging(final StreamsBuilder builder) {
        final KStream<String, String> words = words(builder);
        words.map((k, v) -> KeyValue.pair(v, k)).to("swapped", WORDS);
        words.flatMap((k, v) -> {
            final List<KeyValue<String, Long>> pairs = new ArrayList<>();
            if (v != null) {
                for (int i = 0; i < v.length() % 4; i++) pairs.add(KeyValue.pair(v.substring(i, i + 1), (long) i));
            }
            return pairs;
        }).to("letters", NUMBERS);
        words.selectKey((k, v) -> v == null ? null : v.substring(0, 1)).to("by-initial", WORDS);
        words.to(new TopicNameExtractor<>() {
            @Override
            public String extract(final String key, final String value, final RecordContext context) {
                return "chosen-" + (key == null ? "none" : key);
            }

            @Override
            public String toString() {
                return "topic chosen by record";
            }
        }, WORDS);
    }

    private static void splitMerge(final StreamsBuilder builder) {
        final KStream<String, String> words = words(builder);
        final Map<String, KStream<String, String>> unnamed = words.split()
            .branch((k, v) -> v == null)
            .branch((k, v) -> v.length() > 4)
            .noDefaultBranch();
        unnamed.get("KSTREAM-BRANCH-00000000011").to("empty", WORDS);
        unnamed.get("KSTREAM-BRANCH-00000000012").to("long", WORDS);
        final Map<String, KStream<String, String>> named = words.split(Named.as("by-key-"))
            .branch((k, v) -> "a".equals(k), Branched.as("a"))
            .branch((k, v) -> "b".equals(k), Branched.withConsumer(b -> b.to("only-b", WORDS), "b"))
            .branch((k, v) -> "c".equals(k), Branched.withFunction(c -> c.mapValues(v -> v == null ? "none" : v + "c"), "c"))
            .defaultBranch();
        final KStream<String, String> merged = named.get("by-key-a").merge(named.get("by-key-c"));
        merged.to("a-and-c", WORDS);
        merged.merge(named.get("by-key-0"), Named.as("all-but-b")).groupByKey(Grouped.with(S, S)).count().toStream().to("counts", NUMBERS);
        words.merge(builder.stream("more", Consumed.with(S, S))).to("merged", WORDS);
    }

    private static void repartition(final StreamsBuilder builder) {
        final KStream<String, String> words = words(builder);
        words.repartition().to("plain", WORDS);
        words.repartition(Repartitioned.<String, String>as("wide").withNumberOfPartitions(3).withKeySerde(S).withValueSerde(S))
            .mapValues(v -> v == null ? null : v + "~").to("wide-out", WORDS);
        words.selectKey((k, v) -> v).repartition(Repartitioned.with(S, S)).groupByKey().count().toStream().to("counts", NUMBERS);
    }

    private static void streamAggregates(final StreamsBuilder builder) {
        final KGroupedStream<String, Long> grouped = numbers(builder).groupByKey();
        grouped.count().toStream().to("counts", NUMBERS);
        grouped.count(Materialized.with(S, L)).toStream().to("counts-again", NUMBERS);
        grouped.count(Materialized.as("named-counts")).toStream().to("counts-named", NUMBERS);
        grouped.reduce(Long::sum).toStream().to("sums", NUMBERS);
        // Every fifth deletes.
        grouped.reduce((a, v) -> v % 5 == 0 ? null : Math.max(a, v), Materialized.as("maxima")).toStream().to("max", NUMBERS);
        grouped.aggregate(() -> "", (k, v, a) -> v % 7 == 0 ? null : a + v % 10, Materialized.with(S, S)).toStream().to("digits", WORDS);
        grouped.aggregate(() -> 100L, (k, v, a) -> a - v, Materialized.<String, Long>as(
            Stores.inMemoryKeyValueStore("falling")).withKeySerde(S).withValueSerde(L).withLoggingDisabled()).toStream().to("fall", NUMBERS);
    }

    private static void regroupedStream(final StreamsBuilder builder) {
        final KStream<String, String> words = words(builder);
        words.groupBy((k, v) -> v, Grouped.with(S, S)).count().toStream().to("counts", NUMBERS);
        final KGroupedStream<String, String> letters = words
            .flatMap((k, v) -> v == null ? List.<KeyValue<String, String>>of() : List.of(KeyValue.pair(v.substring(0, 1), v), KeyValue.pair(k, v)))
            .groupByKey(Grouped.with(S, S));
        letters.count(Materialized.as("letter-counts")).toStream().to("letter-counts-out", NUMBERS);
        letters.reduce((a, v) -> a.compareTo(v) < 0 ? v : a).toStream().to("last-words", WORDS);
        final KGroupedStream<String, String> shared = words.groupBy((k, v) -> v == null ? null : v.substring(v.length() - 1), Grouped.with("by-last", S, S));
        shared.count().toStream().to("last-letter-counts", NUMBERS);
        shared.reduce((a, v) -> v).toStream().to("last-letter-words", WORDS);
    }

    private static void tables(final StreamsBuilder builder) {
        final KTable<String, Long> plain = builder.table("table", Consumed.with(S, L));
        plain.toStream().to("plain", NUMBERS);
        plain.filter((k, v) -> v > 20).toStream().to("filtered", NUMBERS);
        final KTable<String, Long> stored = builder.table("table-b", Consumed.with(S, L), Materialized.as("stored"));
        stored.toStream().to("stored-out", NUMBERS);
        stored.filter((k, v) -> v > 20).toStream().to("stored-filtered", NUMBERS);
        stored.filterNot((k, v) -> v > 20, numberStore("small")).toStream().to("small-out", NUMBERS);
        stored.filter((k, v) -> v > 10, Materialized.with(S, L)).mapValues(v -> v * 2).toStream().to("doubled", NUMBERS);
        stored.mapValues((k, v) -> k + v, Materialized.<String, String, KeyValueStore<Bytes, byte[]>>as("texts").withValueSerde(S))
            .toStream().to("texts-out", WORDS);
        stored.mapValues(v -> v % 2 == 0 ? null : v).filter((k, v) -> v > 5).toStream().to("odd", NUMBERS);
    }

    private static void groupedTables(final StreamsBuilder builder) {
        final KTable<String, Long> table = builder.table("table", Consumed.with(S, L));
        final KGroupedTable<String, Long> grouped = table.groupBy((k, v) -> KeyValue.pair(v % 3 == 0 ? "three" : "rest", v), Grouped.with(S, L));
        grouped.count().toStream().to("counts", NUMBERS);
        grouped.reduce(Long::sum, (a, v) -> a - v).toStream().to("sums", NUMBERS);
        grouped.aggregate(() -> "", (k, v, a) -> a + "+" + v, (k, v, a) -> a.length() > 40 ? null : a + "-" + v, Materialized.with(S, S))
            .toStream().to("history", WORDS);
        table.filter((k, v) -> v > 10).mapValues(v -> v + 1)
            .groupBy((k, v) -> v % 11 == 0 ? KeyValue.<String, Long>pair(null, v) : KeyValue.pair(k.substring(0, 1), v), Grouped.with(S, L))
            .count(Materialized.as("over-ten")).toStream().to("over-ten-out", NUMBERS);
    }

    private static void namedGroupedTables(final StreamsBuilder builder) {
        final KGroupedTable<String, Long> grouped = builder.table("table", Consumed.with(S, L), Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("rows"))
            .groupBy((k, v) -> KeyValue.pair("k" + v % 4, v), Grouped.with("by-rest", S, L));
        grouped.count(Named.as("counting"), Materialized.as("rest-counts")).toStream().to("counts", NUMBERS);
        grouped.reduce((a, v) -> a * 3 + v, (a, v) -> v % 6 == 0 ? null : a + v).toStream().to("sums", NUMBERS);
    }

    private static void aggregateOfAggregate(final StreamsBuilder builder) {
        final KTable<String, Long> counts = numbers(builder).groupByKey().count();
        counts.groupBy((k, v) -> KeyValue.pair(v % 2 == 0 ? "even" : "odd", v), Grouped.with(S, L))
            .reduce(Long::sum, (a, v) -> a - v).toStream().to("by-parity", NUMBERS);
        numbers(builder).groupByKey().reduce((a, v) -> v % 4 == 0 ? null : a + v).filter((k, v) -> v % 2 == 0)
            .groupBy((k, v) -> KeyValue.pair("all", v), Grouped.with(S, L)).count().toStream().to("even-sums", NUMBERS);
    }

    private static void joins(final StreamsBuilder builder) {
        final KTable<String, Long> table = builder.table("table", Consumed.with(S, L));
        final KStream<String, String> words = words(builder);
        words.join(table, (v, t) -> v + ":" + t).to("inner", WORDS);
        words.leftJoin(table, (v, t) -> v + ":" + t).to("left", WORDS);
        words.leftJoin(table, (k, v, t) -> k + "/" + v + ":" + t, Joined.as("with-key")).to("left-key", WORDS);
        words.join(table, (v, t) -> t % 2 == 0 ? null : t).to("inner-null", NUMBERS);
    }

    private static void repartitionedJoins(final StreamsBuilder builder) {
        final KTable<String, Long> table = builder.table("table", Consumed.with(S, L), Materialized.as("rows"));
        final KStream<String, String> rekeyed = words(builder).selectKey((k, v) -> v == null ? null : v.substring(0, 1));
        rekeyed.join(table, (v, t) -> v + ":" + t, Joined.with(S, S, L)).to("inner", WORDS);
        rekeyed.join(table, (v, t) -> v + "," + t, Joined.with(S, S, L)).to("inner-again", WORDS);
        final KStream<String, String> relaxed = words(builder).map((k, v) -> KeyValue.pair(v, k));
        relaxed.leftJoin(table, (v, t) -> v + ":" + t, Joined.with(S, S, L, "relaxed")).to("left", WORDS);
        words(builder).selectKey((k, v) -> k).repartition(Repartitioned.with(S, S)).leftJoin(table, (v, t) -> v + ";" + t).to("left-below", WORDS);
    }

    private static void computedJoins(final StreamsBuilder builder) {
        final KTable<String, Long> table = builder.table("table", Consumed.with(S, L));
        final KStream<String, Long> numbers = numbers(builder);
        numbers.join(table.filter((k, v) -> v > 15).mapValues((k, v) -> k + v), (v, t) -> v + t, Joined.with(S, L, S)).to("computed", WORDS);
        numbers.leftJoin(table.mapValues(v -> v * 10, numberStore("tenfold")),
            (v, t) -> t == null ? -v : v + t).to("tenfold-out", NUMBERS);
        final KTable<String, Long> counts = numbers.groupByKey().count();
        numbers.join(counts, (v, c) -> v * 1000 + c).to("numbered", NUMBERS);
    }

    private static void processors(final StreamsBuilder builder) {
        builder.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("seen"), S, L));
        builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("last"), S, S));
        words(builder).process(Processors.Seen::new, "seen").to("seen-out", NUMBERS);
        words(builder).processValues(Processors.Last::new, Named.as("last-value"), "last").groupByKey(Grouped.with(S, S)).count().toStream().to("counts", NUMBERS);
        numbers(builder).process(Processors.Ticker::new).to("ticks", NUMBERS);
        numbers(builder).processValues(Processors.Seen2::new, "seen").to("seen-too", NUMBERS);
    }

    private static void errors(final StreamsBuilder builder) {
        final KStream<String, String> stream = words(builder);
        final KStream<String, String> checked = stream.peek((k, v) -> Errors.refuse(v, 2));
        checked.to("checked", WORDS);
        checked.process(Errors.Twice::new).peek((k, v) -> Errors.refuse(v, 3)).to("twice", WORDS);
        checked.to("written", Produced.with(S, Errors.UNWRITABLE));
        checked.groupByKey(Grouped.with(S, S)).count().toStream().peek((k, n) -> {
            if (n != null && n % 3 == 0) throw new IllegalStateException("a third");
        }).to("counts", NUMBERS);
        stream.to("all", WORDS);
        builder.stream("other", Consumed.with(S, L)).to("numbers-out", NUMBERS);
        numbers(builder).process(Errors.Stumbling::new).to("ticks", NUMBERS);
    }

    private static void names(final StreamsBuilder builder) {
        final KStream<String, String> words = builder.stream("words", Consumed.with(S, S).withName("words-in"));
        words.filter((k, v) -> v != null, Named.as("present"))
            .mapValues(v -> v + ".", Named.as("dotted"))
            .selectKey((k, v) -> v, Named.as("keyed"))
            .groupByKey(Grouped.with("grouping", S, S))
            .count(Named.as("counted"), Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("the-counts").withKeySerde(S).withValueSerde(L))
            .toStream(Named.as("streamed"))
            .to("counts", Produced.with(S, L).withName("out"));
        builder.table("table", Consumed.with(S, L).withName("rows"), Materialized.as("row-store"))
            .filter((k, v) -> v > 3, Named.as("big"), numberStore("big-store"))
            .groupBy((k, v) -> KeyValue.pair(v, k), Grouped.with("turned", L, S))
            .aggregate(() -> 0L, (k, v, a) -> a + 1, (k, v, a) -> a - 1, Named.as("agg"), Materialized.with(L, L))
            .toStream().to("turned-out", Produced.with(L, L));
    }

    private Topologies() { }
}
