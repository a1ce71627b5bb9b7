package matchpoint.peer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/** The whole state of a match: the row of the store, in binary, and the value of match-state, in JSON. */
final class TennisMatch {
    static final int LIVE = 0;
    static final int FINISHED = 1;
    static final int ABANDONED = 2;
    private static final String[] STATUS = {"live", "finished", "abandoned"};
    private static final String[] POINTS = {"0", "15", "30", "40", "AD"};
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_FIXED_BYTES = 256;

    long seq;
    long at;
    String competition = "";
    final String[] names = new String[2];
    final List<List<String>> players = List.of(new ArrayList<>(), new ArrayList<>());
    TennisScore score;
    final TennisStats[] stats = {new TennisStats(), new TennisStats()};
    int streakSide;
    int streak;
    boolean serverKnown;
    int status = LIVE;
    int winner;  // 0 none, 1, 2
    String suffix = "";
    final long[] lastWonAt = new long[2];

    static TennisMatch start(final Event event) {
        final TennisMatch match = new TennisMatch();
        match.competition = event.competition;
        for (int i = 0; i < 2; ++i) {
            match.names[i] = event.names[i];
            match.players.get(i).addAll(event.players.get(i));
        }
        match.serverKnown = event.server != 0;
        match.score = new TennisScore(event.format == null ? TennisFormat.DEFAULT : event.format, Math.max(0, event.server - 1));
        return match;
    }

    boolean over() {
        return status != LIVE;
    }

    /** Plays a point; what is wrong with it, or null. */
    String point(final Event event) {
        if (event.winner == 0) return "winner is missing";
        final int side = event.winner - 1;
        final String refusal = settleServer(event, side);
        if (refusal != null) return refusal;
        count(event, side);
        score.play(side);
        lastWonAt[side] = event.at;
        if (score.over()) {
            status = FINISHED;
            winner = side + 1;
        }
        return null;
    }

    private String settleServer(final Event event, final int side) {
        int implied = -1;
        if ("ace".equals(event.how) || "service_winner".equals(event.how)) implied = side;
        if ("double_fault".equals(event.how)) implied = 1 - side;
        int named = event.server - 1;
        if (implied >= 0 && named < 0 && !serverKnown) named = implied;
        if (implied >= 0 && implied != (named >= 0 ? named : score.server())) return "only the side that serves can do that";
        if (named >= 0) {
            score.correctServer(named);
            serverKnown = true;
        }
        return null;
    }

    private void count(final Event event, final int side) {
        final TennisStats won = stats[side];
        final TennisStats lost = stats[1 - side];
        final int server = score.server();
        ++won.pointsWon;
        if (side == server) ++won.servicePointsWon;
        if (event.how != null) {
            switch (event.how) {
                case "ace" -> ++won.aces;
                case "winner" -> ++won.winners;
                case "unforced_error" -> ++lost.unforcedErrors;
                case "double_fault" -> ++lost.doubleFaults;
                default -> { }
            }
        }
        if (score.isBreakPoint()) {
            ++stats[1 - server].breakPoints;
            if (side != server) ++won.breakPointsWon;
        }
        streak = side == streakSide ? streak + 1 : 1;
        streakSide = side;
        won.longestStreak = Math.max(won.longestStreak, streak);
    }

    /** Ends the match by declaration; what is wrong with it, or null. */
    String end(final Event event) {
        switch (event.reason == null ? "" : event.reason) {
            case "retired" -> suffix = " ret.";
            case "walkover" -> suffix = " w/o";
            case "abandoned" -> suffix = " abd.";
            case "result" -> suffix = "";
            default -> {
                return "reason is unknown";
            }
        }
        final boolean abandoned = event.reason.equals("abandoned");
        if (abandoned == (event.winner != 0)) return "winner does not fit the reason";
        status = abandoned ? ABANDONED : FINISHED;
        winner = event.winner;
        return null;
    }

    private boolean nothingPlayed(final int set) {
        return score.games[set][0] + score.games[set][1] + score.tiebreak[set][0] + score.tiebreak[set][1] + score.points[0]
            + score.points[1] == 0;
    }

    private int setsShown() {
        return over() && nothingPlayed(score.running) ? score.running : score.running + 1;
    }

    byte[] toJson(final String id) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("match", id);
            out.writeStringField("sport", "tennis");
            out.writeStringField("competition", competition);
            out.writeStringField("status", STATUS[status]);
            out.writeNumberField("seq", seq);
            out.writeNumberField("at", at);
            writeSides(out);
            out.writeFieldName("format");
            score.format.write(out);
            writeScore(out);
            writeStats(out);
            if (winner == 0) {
                out.writeNullField("winner");
            } else {
                out.writeNumberField("winner", winner);
            }
            out.writeStringField("summary", summary());
            writeWinProbability(out);
            out.writeEndObject();
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    private void writeWinProbability(final JsonGenerator out) throws IOException {
        if (over() && winner == 0) return;
        final int permille = over() ? 1000 * (2 - winner) : WinProbability.permille(score, stats);
        out.writeArrayFieldStart("win_probability");
        out.writeNumber(permille / 1000.0);
        out.writeNumber((1000 - permille) / 1000.0);
        out.writeEndArray();
    }

    private void writeSides(final JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("sides");
        for (int i = 0; i < 2; ++i) {
            out.writeStartObject();
            out.writeStringField("name", names[i]);
            out.writeArrayFieldStart("players");
            for (final String player : players.get(i)) out.writeString(player);
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void writeScore(final JsonGenerator out) throws IOException {
        final boolean live = !over();
        final boolean tiebreak = live && score.inTiebreak();
        out.writeObjectFieldStart("score");
        out.writeArrayFieldStart("sets");
        for (int i = 0; i < setsShown(); ++i) {
            out.writeStartObject();
            writePair(out, "games", score.games[i]);
            if (score.hasTiebreak[i]) writePair(out, "tiebreak", score.tiebreak[i]);
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("points");
        for (int i = 0; i < 2; ++i) {
            if (tiebreak) {
                out.writeString(Integer.toString(score.tiebreak[score.running][i]));
            } else {
                out.writeString(POINTS[live ? score.points[i] : 0]);
            }
        }
        out.writeEndArray();
        final int server = score.server();
        out.writeNumberField("server", server + 1);
        out.writeBooleanField("tiebreak", tiebreak);
        writeSide(out, "break_point", live && score.isBreakPoint() ? 2 - server : 0);
        writeSide(out, "set_point", !live ? 0 : score.hasSetPoint(0) ? 1 : score.hasSetPoint(1) ? 2 : 0);
        writeSide(out, "match_point", !live ? 0 : score.hasMatchPoint(0) ? 1 : score.hasMatchPoint(1) ? 2 : 0);
        out.writeEndObject();
    }

    private static void writePair(final JsonGenerator out, final String name, final int[] pair) throws IOException {
        out.writeArrayFieldStart(name);
        out.writeNumber(pair[0]);
        out.writeNumber(pair[1]);
        out.writeEndArray();
    }

    private static void writeSide(final JsonGenerator out, final String name, final int side) throws IOException {
        if (side == 0) {
            out.writeNullField(name);
        } else {
            out.writeNumberField(name, side);
        }
    }

    private void writeStats(final JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("stats");
        for (int side = 0; side < 2; ++side) {
            int games = 0;
            for (int i = 0; i <= score.running; ++i) games += score.games[i][side];
            stats[side].write(out, games);
        }
        out.writeEndArray();
    }

    private String summary() {
        final StringBuilder text = new StringBuilder(48);
        final int shown = setsShown();
        for (int i = 0; i < shown; ++i) {
            if (i > 0) text.append(' ');
            appendSet(text, i, !over() && i + 1 == shown);
        }
        final int run = score.running;
        if (over()) {
            text.append(shown == 0 && !suffix.isEmpty() ? suffix.substring(1) : suffix);
        } else if (score.hasTiebreak[run] && !score.matchTiebreak[run]) {
            text.append(' ').append(score.tiebreak[run][0]).append('-').append(score.tiebreak[run][1]);
        } else if (score.points[0] + score.points[1] > 0) {
            text.append(' ').append(POINTS[score.points[0]]).append('-').append(POINTS[score.points[1]]);
        }
        return text.toString();
    }

    private void appendSet(final StringBuilder text, final int set, final boolean live) {
        final int[] games = score.games[set];
        final int[] tiebreak = score.tiebreak[set];
        if (score.matchTiebreak[set]) {
            text.append('[').append(tiebreak[0]).append('-').append(tiebreak[1]).append(']');
            return;
        }
        text.append(games[0]).append('-').append(games[1]);
        if (!score.hasTiebreak[set] || live) return;
        if (games[0] == games[1]) {
            text.append('(').append(tiebreak[0]).append('-').append(tiebreak[1]).append(')');
        } else {
            text.append('(').append(Math.min(tiebreak[0], tiebreak[1])).append(')');
        }
    }

    private byte[] toBytes() {
        final List<byte[]> texts = new ArrayList<>(8);
        texts.add(competition.getBytes(StandardCharsets.UTF_8));
        texts.add(suffix.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 2; ++i) {
            texts.add(names[i].getBytes(StandardCharsets.UTF_8));
            for (final String player : players.get(i)) texts.add(player.getBytes(StandardCharsets.UTF_8));
        }
        int size = MAX_FIXED_BYTES;
        for (final byte[] text : texts) size += 2 + text.length;
        final ByteBuffer out = ByteBuffer.allocate(size);
        out.putLong(seq).putLong(at).putLong(lastWonAt[0]).putLong(lastWonAt[1]);
        out.put((byte) status).put((byte) winner).put((byte) (serverKnown ? 1 : 0)).put((byte) streakSide).putShort((short) streak);
        score.put(out);
        stats[0].put(out);
        stats[1].put(out);
        out.put((byte) players.get(0).size()).put((byte) players.get(1).size());
        for (final byte[] text : texts) out.putShort((short) text.length).put(text);
        return java.util.Arrays.copyOf(out.array(), out.position());
    }

    private static TennisMatch fromBytes(final byte[] bytes) {
        final ByteBuffer in = ByteBuffer.wrap(bytes);
        final TennisMatch match = new TennisMatch();
        match.seq = in.getLong();
        match.at = in.getLong();
        match.lastWonAt[0] = in.getLong();
        match.lastWonAt[1] = in.getLong();
        match.status = in.get();
        match.winner = in.get();
        match.serverKnown = in.get() != 0;
        match.streakSide = in.get();
        match.streak = in.getShort();
        match.score = TennisScore.get(in);
        match.stats[0].get(in);
        match.stats[1].get(in);
        final int[] playerCounts = {in.get(), in.get()};
        match.competition = text(in);
        match.suffix = text(in);
        for (int i = 0; i < 2; ++i) {
            match.names[i] = text(in);
            for (int j = 0; j < playerCounts[i]; ++j) match.players.get(i).add(text(in));
        }
        return match;
    }

    private static String text(final ByteBuffer in) {
        final int size = in.getShort();
        final String text = new String(in.array(), in.position(), size, StandardCharsets.UTF_8);
        in.position(in.position() + size);
        return text;
    }

    static Serde<TennisMatch> serde() {
        final Serializer<TennisMatch> serializer = (topic, match) -> match == null ? null : match.toBytes();
        final Deserializer<TennisMatch> deserializer = (topic, bytes) -> bytes == null ? null : fromBytes(bytes);
        return Serdes.serdeFrom(serializer, deserializer);
    }
}
