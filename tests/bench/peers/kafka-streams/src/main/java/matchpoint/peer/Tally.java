package matchpoint.peer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/** What a player has made in one match: between the two processors, and as the player's record. */
record Tally(int score, long at, String match) {
    private static final JsonFactory JSON = new JsonFactory();

    /** The value of high-scores; the key is sport/player. */
    byte[] toJson(final String key) {
        final int slash = key.indexOf('/');
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(192);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("sport", key.substring(0, slash));
            out.writeStringField("player", key.substring(slash + 1));
            out.writeNumberField("score", score);
            out.writeStringField("unit", "points");
            out.writeStringField("match", match);
            out.writeNumberField("at", at);
            out.writeEndObject();
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    static Serde<Tally> serde() {
        final Serializer<Tally> serializer = (topic, tally) -> {
            if (tally == null) return null;
            final byte[] match = tally.match.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(12 + match.length).putInt(tally.score).putLong(tally.at).put(match).array();
        };
        final Deserializer<Tally> deserializer = (topic, bytes) -> {
            if (bytes == null) return null;
            final ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Tally(in.getInt(), in.getLong(), new String(bytes, 12, bytes.length - 12, StandardCharsets.UTF_8));
        };
        return Serdes.serdeFrom(serializer, deserializer);
    }
}
