package matchpoint.differential;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Runs the topologies of {@link Topologies} through Kafka Streams' test driver. The script names a topology, then what
 * happens to it; see script.h on the other side for the format. Prints descriptions and all records written.
 */
public final class Main {
    private static final HexFormat HEX = HexFormat.of();
    private static final Set<String> EXCEPTION_HEADERS =
        Set.of("__streams.errors.exception", "__streams.errors.message", "__streams.errors.stacktrace");

    public static void main(final String[] arguments) throws IOException {
        try (PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
                BufferedReader script = Files.newBufferedReader(Path.of(arguments[0]))) {
            TopologyTestDriver driver = null;
            String line;
            while ((line = script.readLine()) != null) {
                final String[] words = line.split(" ");
                switch (words[0]) {
                    case "topology" -> {
                        finish(driver, out);
                        final Topology topology = Topologies.make(words[1]);
                        out.println(line);
                        out.print(topology.describe());
                        driver = new TopologyTestDriver(topology, config(Long.parseLong(words[2])), Instant.ofEpochMilli(0));
                    }
                    case "record" -> pipe(driver, words);
                    case "pass" -> driver.advanceWallClockTime(Duration.ofMillis(Long.parseLong(words[1])));
                    default -> throw new IllegalArgumentException(line);
                }
            }
            finish(driver, out);
        }
    }

    private static Properties config(final long cacheBytes) {
        final Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, cacheBytes);
        config.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueProcessingExceptionHandler.class);
        config.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, Errors.Unwritten.class);
        config.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, Errors.DEAD);
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        return config;
    }

    private static void pipe(final TopologyTestDriver driver, final String[] words) {
        final RecordHeaders headers = new RecordHeaders();
        if (words.length > 5) headers.add("trace", bytes(words[5]));
        driver.createInputTopic(words[1], new ByteArraySerializer(), new ByteArraySerializer())
            .pipeInput(new TestRecord<>(bytes(words[2]), bytes(words[3]), headers, Long.parseLong(words[4])));
    }

    private static void finish(final TopologyTestDriver driver, final PrintStream out) {
        if (driver == null) return;
        for (final String topic : new TreeSet<>(driver.producedTopicNames())) {
            final List<TestRecord<byte[], byte[]>> records =
                driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer()).readRecordsToList();
            for (final TestRecord<byte[], byte[]> record : records) {
                out.print("wrote " + topic);
                if (!topic.equals(Errors.DEAD)) out.print(" " + text(record.key()) + " " + text(record.value()) + " " + record.timestamp());
                for (final Header header : record.headers()) {
                    if (!EXCEPTION_HEADERS.contains(header.key())) out.print(" " + header.key() + "=" + text(header.value()));
                }
                out.println();
            }
        }
        driver.close();
    }

    private static byte[] bytes(final String word) {
        return word.equals("null") ? null : HEX.parseHex(word.substring(1));
    }

    private static String text(final byte[] bytes) {
        return bytes == null ? "null" : "x" + HEX.formatHex(bytes);
    }

    private Main() { }
}
