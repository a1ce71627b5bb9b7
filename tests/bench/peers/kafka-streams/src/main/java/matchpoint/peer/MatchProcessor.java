package matchpoint.peer;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Events in; match states, players' tallies and rejected events out. */
final class MatchProcessor implements Processor<String, byte[], Object, Object> {
    private ProcessorContext<Object, Object> context;
    private KeyValueStore<String, TennisMatch> matches;
    private final Event event = new Event();

    @Override
    public void init(final ProcessorContext<Object, Object> context) {
        this.context = context;
        matches = context.getStateStore(PeerTopology.MATCHES);
    }

    @Override
    public void process(final Record<String, byte[]> record) {
        try {
            event.read(record.value());
        } catch (final Event.Malformed e) {
            reject(record, "malformed", e.getMessage());
            return;
        }
        if (!event.match.equals(record.key())) {
            reject(record, "invalid", "match: the record's key must be the match id");
            return;
        }
        TennisMatch match = matches.get(event.match);
        final long expected = match == null ? 1 : match.seq + 1;
        if (event.seq < expected) return;
        if (event.seq > expected) {
            reject(record, "sequence-gap", "seq " + expected + " is missing");
            return;
        }
        if (event.type.equals("start")) {
            if (match != null || event.sides != 2) {
                reject(record, "impossible", "the match has already started, or has not two sides");
                return;
            }
            match = TennisMatch.start(event);
        } else if (!play(match, record)) {
            return;
        }
        match.seq = event.seq;
        match.at = event.at;
        matches.put(event.match, match);
        context.forward(record.withValue(match.toJson(event.match)), PeerTopology.MATCH_STATE_SINK);
        if (event.type.equals("point")) forwardTally(match, record);
    }

    private boolean play(final TennisMatch match, final Record<String, byte[]> record) {
        if (match == null) {
            reject(record, "no-start", "the match has not started");
            return false;
        }
        if (match.over()) {
            reject(record, "match-over", "the match is over");
            return false;
        }
        final String refusal = switch (event.type) {
            case "point" -> match.point(event);
            case "end" -> match.end(event);
            default -> "type must be point, start or end";
        };
        if (refusal == null) return true;
        reject(record, "impossible", refusal);
        return false;
    }

    private void forwardTally(final TennisMatch match, final Record<String, byte[]> record) {
        int side = event.winner - 1;
        if (match.names[0].equals(match.names[1])) side = match.stats[1].pointsWon > match.stats[0].pointsWon ? 1 : 0;
        final Tally tally = new Tally(match.stats[side].pointsWon, match.lastWonAt[side], event.match);
        context.forward(new Record<Object, Object>("tennis/" + match.names[side], tally, record.timestamp()), PeerTopology.TALLY_SINK);
    }

    private void reject(final Record<String, byte[]> record, final String reason, final String detail) {
        final Record<String, byte[]> rejected = record.withHeaders(record.headers());
        rejected.headers().add("reason", reason.getBytes(StandardCharsets.UTF_8));
        rejected.headers().add("detail", detail.getBytes(StandardCharsets.UTF_8));
        context.forward(rejected, PeerTopology.REJECTED_SINK);
    }
}
