package matchpoint.peer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;

/** When sets and matches end. */
record TennisFormat(int bestOf, int tiebreakAt, int tiebreakPoints, boolean noAd, int finalSet, int finalAt, int finalPoints) {
    static final int ADVANTAGE = 0;
    static final int TIEBREAK = 1;
    static final int MATCH_TIEBREAK = 2;
    private static final String[] KINDS = {"advantage", "tiebreak", "match_tiebreak"};
    static final TennisFormat DEFAULT = new TennisFormat(3, 6, 7, false, TIEBREAK, 6, 10);
    static final int BYTES = 7;

    int setsToWin() {
        return bestOf / 2 + 1;
    }

    /** Short sets end at four with the tie-break at 4 all, else at one more than the tie-break's score. */
    static int gamesToWin(final int tiebreakAt) {
        if (tiebreakAt >= 6) return 6;
        return tiebreakAt == 4 ? 4 : tiebreakAt + 1;
    }

    static TennisFormat read(final JsonParser in) throws IOException {
        int bestOf = DEFAULT.bestOf;
        int at = DEFAULT.tiebreakAt;
        int points = DEFAULT.tiebreakPoints;
        boolean noAd = DEFAULT.noAd;
        int kind = DEFAULT.finalSet;
        int finalAt = DEFAULT.finalAt;
        int finalPoints = DEFAULT.finalPoints;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            final String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "best_of" -> bestOf = in.getIntValue();
                case "tiebreak_at" -> at = in.getIntValue();
                case "tiebreak_points" -> points = in.getIntValue();
                case "no_ad" -> noAd = in.getBooleanValue();
                case "final_set" -> {
                    while (in.nextToken() == JsonToken.FIELD_NAME) {
                        final String name = in.currentName();
                        in.nextToken();
                        switch (name) {
                            case "kind" -> kind = kind(in.getText());
                            case "at" -> finalAt = in.getIntValue();
                            case "points" -> finalPoints = in.getIntValue();
                            default -> in.skipChildren();
                        }
                    }
                }
                default -> in.skipChildren();
            }
        }
        return new TennisFormat(bestOf, at, points, noAd, kind, finalAt, finalPoints);
    }

    private static int kind(final String text) throws IOException {
        for (int i = 0; i < KINDS.length; ++i) {
            if (KINDS[i].equals(text)) return i;
        }
        throw new IOException("format.final_set.kind is not known: " + text);
    }

    void write(final JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeNumberField("best_of", bestOf);
        out.writeNumberField("tiebreak_at", tiebreakAt);
        out.writeNumberField("tiebreak_points", tiebreakPoints);
        out.writeBooleanField("no_ad", noAd);
        out.writeObjectFieldStart("final_set");
        out.writeStringField("kind", KINDS[finalSet]);
        if (finalSet == TIEBREAK) out.writeNumberField("at", finalAt);
        if (finalSet != ADVANTAGE) out.writeNumberField("points", finalPoints);
        out.writeEndObject();
        out.writeEndObject();
    }

    void put(final ByteBuffer out) {
        out.put((byte) bestOf).put((byte) tiebreakAt).put((byte) tiebreakPoints).put((byte) (noAd ? 1 : 0));
        out.put((byte) finalSet).put((byte) finalAt).put((byte) finalPoints);
    }

    static TennisFormat get(final ByteBuffer in) {
        return new TennisFormat(in.get(), in.get(), in.get(), in.get() != 0, in.get(), in.get(), in.get());
    }
}
