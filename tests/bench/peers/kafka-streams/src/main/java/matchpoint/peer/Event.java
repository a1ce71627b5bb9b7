package matchpoint.peer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One event of the topic scores, read by Jackson's streaming parser into an object that is used again for the next. */
final class Event {
    /** The event cannot be used; the text says why. */
    static final class Malformed extends Exception {
        Malformed(final String detail) {
            super(detail, null, false, false);
        }
    }

    private static final JsonFactory JSON = new JsonFactory();

    String match;
    long seq;
    long at;
    String sport;
    String type;
    String competition;
    final String[] names = new String[2];
    final List<List<String>> players = List.of(new ArrayList<>(), new ArrayList<>());
    int sides;
    TennisFormat format;
    int winner;  // 0: none named
    int server;  // 0: none named
    String how;
    String reason;

    void read(final byte[] json) throws Malformed {
        clear();
        try (JsonParser in = JSON.createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) throw new Malformed("an event must be a JSON object");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                final String field = in.currentName();
                in.nextToken();
                readField(field, in);
            }
        } catch (final IOException e) {
            throw new Malformed(e.getMessage());
        }
        if (match == null || type == null || sport == null || seq < 1) throw new Malformed("match, seq, sport and type are needed");
        if (!sport.equals("tennis")) throw new Malformed("sport: only tennis is known here");
    }

    private void clear() {
        match = null;
        seq = 0;
        at = 0;
        sport = null;
        type = null;
        competition = "";
        sides = 0;
        format = null;
        winner = 0;
        server = 0;
        how = null;
        reason = null;
    }

    private void readField(final String field, final JsonParser in) throws IOException, Malformed {
        switch (field) {
            case "match" -> match = in.getText();
            case "seq" -> seq = in.getLongValue();
            case "at" -> at = in.getLongValue();
            case "sport" -> sport = in.getText();
            case "type" -> type = in.getText();
            case "competition" -> competition = in.getText();
            case "winner" -> winner = side(in);
            case "server" -> server = side(in);
            case "how" -> how = in.currentToken() == JsonToken.VALUE_NULL ? null : in.getText();
            case "reason" -> reason = in.getText();
            case "sides" -> readSides(in);
            case "format" -> format = TennisFormat.read(in);
            default -> in.skipChildren();
        }
    }

    private static int side(final JsonParser in) throws IOException, Malformed {
        if (in.currentToken() == JsonToken.VALUE_NULL) return 0;
        final int side = in.getIntValue();
        if (side < 1 || side > 2) throw new Malformed("a side is 1 or 2");
        return side;
    }

    private void readSides(final JsonParser in) throws IOException, Malformed {
        players.get(0).clear();
        players.get(1).clear();
        while (in.nextToken() == JsonToken.START_OBJECT) {
            if (sides == 2) throw new Malformed("sides: expected two");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                final String field = in.currentName();
                in.nextToken();
                if (field.equals("name")) {
                    names[sides] = in.getText();
                } else if (field.equals("players") && in.currentToken() == JsonToken.START_ARRAY) {
                    while (in.nextToken() != JsonToken.END_ARRAY) players.get(sides).add(in.getText());
                } else {
                    in.skipChildren();
                }
            }
            ++sides;
        }
    }
}
