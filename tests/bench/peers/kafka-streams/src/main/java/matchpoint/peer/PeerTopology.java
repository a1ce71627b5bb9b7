package matchpoint.peer;

import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * scores --> match --> match-state, scores-rejected, player-scores --> record --> high-scores
 *
 * <p>The Processor API, as for a hot path: no wrapping of values with timestamps, no purging of repartition topics, one look-up a
 * record. Both stores are RocksDB with a changelog of binary rows and without a cache.
 */
final class PeerTopology {
    static final String MATCHES = "matches";
    static final String RECORDS = "records";
    static final String MATCH_STATE_SINK = "match-state-sink";
    static final String REJECTED_SINK = "rejected-sink";
    static final String TALLY_SINK = "tally-sink";
    /** Made by the bench, with as many partitions as scores. */
    static final String PLAYER_SCORES = "player-scores";

    private PeerTopology() {
    }

    static Topology build() {
        final Topology topology = new Topology();
        topology.addSource("scores-source", new StringDeserializer(), new ByteArrayDeserializer(), "scores");
        topology.addProcessor("match", MatchProcessor::new, "scores-source");
        topology.addStateStore(store(MATCHES, TennisMatch.serde()), "match");
        topology.addSink(MATCH_STATE_SINK, "match-state", new StringSerializer(), new ByteArraySerializer(), "match");
        topology.addSink(REJECTED_SINK, "scores-rejected", new StringSerializer(), new ByteArraySerializer(), "match");
        topology.addSink(TALLY_SINK, PLAYER_SCORES, new StringSerializer(), Tally.serde().serializer(), "match");
        topology.addSource("tally-source", new StringDeserializer(), Tally.serde().deserializer(), PLAYER_SCORES);
        topology.addProcessor("record", RecordProcessor::new, "tally-source");
        topology.addStateStore(store(RECORDS, Tally.serde()), "record");
        topology.addSink("high-scores-sink", "high-scores", new StringSerializer(), new ByteArraySerializer(), "record");
        return topology;
    }

    private static <V> StoreBuilder<?> store(final String name, final org.apache.kafka.common.serialization.Serde<V> serde) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), serde)
            .withCachingDisabled()
            .withLoggingEnabled(Map.of());
    }
}
