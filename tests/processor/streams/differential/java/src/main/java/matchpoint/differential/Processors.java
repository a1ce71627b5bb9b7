package matchpoint.differential;

import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** The processors of topologies.cc. */
final class Processors {
    /** How often a key was seen; keys with an empty value are forgotten. */
    static final class Seen extends ContextualProcessor<String, String, String, Long> {
        @Override
        public void process(final Record<String, String> record) {
            final KeyValueStore<String, Long> store = context().getStateStore("seen");
            if (record.key() == null) return;
            final Long before = store.get(record.key());
            final Long now = record.value() == null ? null : before == null ? 1L : before + 1;
            store.put(record.key(), now);
            context().forward(record.withValue(now));
        }
    }

    /** The count beside the value. */
    static final class Seen2 extends ContextualFixedKeyProcessor<String, Long, Long> {
        @Override
        public void process(final FixedKeyRecord<String, Long> record) {
            final KeyValueStore<String, Long> store = context().getStateStore("seen");
            final Long seen = record.key() == null ? null : store.get(record.key());
            context().forward(record.withValue(seen).withTimestamp(record.timestamp() + 5));
        }
    }

    /** The value before this one. */
    static final class Last extends ContextualFixedKeyProcessor<String, String, String> {
        @Override
        public void process(final FixedKeyRecord<String, String> record) {
            final KeyValueStore<String, String> store = context().getStateStore("last");
            if (record.key() == null) return;
            context().forward(record.withValue(store.get(record.key())));
            store.put(record.key(), record.value());
        }
    }

    /** Forwards the time at each punctuation, and what it was given. */
    static final class Ticker extends ContextualProcessor<String, Long, String, Long> {
        @Override
        public void init(final ProcessorContext<String, Long> context) {
            super.init(context);
            context.schedule(Duration.ofMillis(70), PunctuationType.STREAM_TIME,
                now -> context.forward(new Record<>("stream", now, now)));
            context.schedule(Duration.ofMillis(100), PunctuationType.WALL_CLOCK_TIME,
                now -> context.forward(new Record<>("clock", context.currentStreamTimeMs(), now)));
        }

        @Override
        public void process(final Record<String, Long> record) {
            context().forward(record.withTimestamp(record.timestamp() + 1));
        }
    }

    private Processors() { }
}
