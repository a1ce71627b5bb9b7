package matchpoint.peer;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** Arguments are settings of Kafka Streams, key=value; they win over the ones below. Tells its states on standard output. */
public final class Main {
    private Main() {
    }

    public static void main(final String[] args) throws InterruptedException {
        final KafkaStreams streams = new KafkaStreams(PeerTopology.build(), settings(args));
        streams.setStateListener((now, before) -> say("state " + now));
        streams.setGlobalStateRestoreListener(new RestoreCounter());
        streams.setUncaughtExceptionHandler(e -> {
            e.printStackTrace();
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        final CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            // A static member leaves too, as for a planned stop.
            streams.close(CloseOptions.timeout(Duration.ofSeconds(30))
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
            ended.countDown();
        }));
        streams.start();
        ended.await();
    }

    private static Properties settings(final String[] args) {
        final Properties settings = new Properties();
        settings.put("processing.guarantee", "exactly_once_v2");
        settings.put("num.stream.threads", "2");
        settings.put("statestore.cache.max.bytes", "0");
        settings.put("replication.factor", "1");
        settings.put("producer.linger.ms", "20");
        settings.put("producer.batch.size", "524288");
        settings.put("producer.buffer.memory", "67108864");
        settings.put("consumer.max.poll.records", "5000");
        settings.put("buffered.records.per.partition", "5000");
        settings.put("enable.metrics.push", "false");
        for (final String arg : args) {
            final int equals = arg.indexOf('=');
            if (equals < 1) {
                System.err.println("'" + arg + "' is not key=value");
                System.exit(2);
            }
            settings.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        return settings;
    }

    private static void say(final String text) {
        System.out.println(System.currentTimeMillis() + " " + text);
        System.out.flush();
    }

    /** Says how many records each store took, and in how long. */
    private static final class RestoreCounter implements StateRestoreListener {
        private final AtomicLong records = new AtomicLong();

        @Override
        public void onRestoreStart(final TopicPartition partition, final String store, final long start, final long end) {
        }

        @Override
        public void onBatchRestored(final TopicPartition partition, final String store, final long end, final long count) {
        }

        @Override
        public void onRestoreEnd(final TopicPartition partition, final String store, final long total) {
            say("restored " + partition + " " + total + " in all " + records.addAndGet(total));
        }
    }
}
