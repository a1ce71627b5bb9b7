package matchpoint.peer;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Players' tallies in, their records out. Without undo a record only grows: the running maximum is enough. */
final class RecordProcessor implements Processor<String, Tally, String, byte[]> {
    private ProcessorContext<String, byte[]> context;
    private KeyValueStore<String, Tally> records;

    @Override
    public void init(final ProcessorContext<String, byte[]> context) {
        this.context = context;
        records = context.getStateStore(PeerTopology.RECORDS);
    }

    @Override
    public void process(final Record<String, Tally> record) {
        final Tally best = records.get(record.key());
        if (best != null && record.value().score() <= best.score()) return;
        records.put(record.key(), record.value());
        context.forward(record.withValue(record.value().toJson(record.key())));
    }
}
