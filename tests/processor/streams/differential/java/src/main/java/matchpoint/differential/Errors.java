package matchpoint.differential;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** What fails in error_topologies.cc, and the handler that Kafka Streams has not ready-made. */
final class Errors {
    static final String DEAD = "dead";

    /** Does not write words of four letters. */
    static final Serde<String> UNWRITABLE = Serdes.serdeFrom((topic, word) -> {
        refuse(word, 4);
        return word == null ? null : word.getBytes(StandardCharsets.UTF_8);
    }, Serdes.String().deserializer());

    static void refuse(final String word, final int length) {
        if (word != null && word.length() == length) throw new IllegalStateException("refused");
    }

    /** Writes a dead letter for what cannot be serialized, and goes on; as those handlers do that are ready-made. */
    public static final class Unwritten implements ProductionExceptionHandler {
        @Override
        @SuppressWarnings("rawtypes")
        public Response handleSerializationError(final ErrorHandlerContext context, final ProducerRecord record,
                                                 final Exception exception, final SerializationExceptionOrigin origin) {
            final RecordHeaders headers = new RecordHeaders(context.headers());
            headers.add("__streams.errors.topic", context.topic().getBytes(StandardCharsets.UTF_8));
            headers.add("__streams.errors.partition", String.valueOf(context.partition()).getBytes(StandardCharsets.UTF_8));
            headers.add("__streams.errors.offset", String.valueOf(context.offset()).getBytes(StandardCharsets.UTF_8));
            return Response.resume(List.of(new ProducerRecord<>(DEAD, null, context.timestamp(), context.sourceRawKey(),
                context.sourceRawValue(), headers)));
        }

        @Override
        public void configure(final Map<String, ?> config) { }
    }

    /** Forwards each word, and once more what follows it: the first may fail below. */
    static final class Twice extends ContextualProcessor<String, String, String, String> {
        @Override
        public void process(final Record<String, String> record) {
            context().forward(record);
            context().forward(new Record<>(record.key(), record.value() == null ? "none" : record.value() + "!", record.timestamp()));
        }
    }

    /** Fails at every other punctuation. */
    static final class Stumbling extends ContextualProcessor<String, Long, String, Long> {
        @Override
        public void init(final ProcessorContext<String, Long> context) {
            super.init(context);
            for (final PunctuationType type : List.of(PunctuationType.STREAM_TIME, PunctuationType.WALL_CLOCK_TIME)) {
                final long[] times = {0};
                context.schedule(Duration.ofMillis(50), type, now -> {
                    if (++times[0] % 2 == 0) throw new IllegalStateException("stumbled");
                    context.forward(new Record<>("tick", times[0], now));
                });
            }
        }

        @Override
        public void process(final Record<String, Long> record) { }
    }

    private Errors() { }
}
