package matchpoint.peer;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What a side has made of its points. */
final class TennisStats {
    int pointsWon;
    int servicePointsWon;
    int aces;
    int doubleFaults;
    int winners;
    int unforcedErrors;
    int breakPoints;
    int breakPointsWon;
    int longestStreak;

    void write(final JsonGenerator out, final int gamesWon) throws IOException {
        out.writeStartObject();
        out.writeNumberField("points_won", pointsWon);
        out.writeNumberField("service_points_won", servicePointsWon);
        out.writeNumberField("aces", aces);
        out.writeNumberField("double_faults", doubleFaults);
        out.writeNumberField("winners", winners);
        out.writeNumberField("unforced_errors", unforcedErrors);
        out.writeNumberField("break_points", breakPoints);
        out.writeNumberField("break_points_won", breakPointsWon);
        out.writeNumberField("games_won", gamesWon);
        out.writeNumberField("longest_streak", longestStreak);
        out.writeEndObject();
    }

    void put(final ByteBuffer out) {
        out.putShort((short) pointsWon).putShort((short) servicePointsWon).putShort((short) aces);
        out.putShort((short) doubleFaults).putShort((short) winners).putShort((short) unforcedErrors);
        out.putShort((short) breakPoints).putShort((short) breakPointsWon).putShort((short) longestStreak);
    }

    void get(final ByteBuffer in) {
        pointsWon = in.getShort();
        servicePointsWon = in.getShort();
        aces = in.getShort();
        doubleFaults = in.getShort();
        winners = in.getShort();
        unforcedErrors = in.getShort();
        breakPoints = in.getShort();
        breakPointsWon = in.getShort();
        longestStreak = in.getShort();
    }
}
