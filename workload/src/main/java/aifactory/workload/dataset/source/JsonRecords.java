package aifactory.workload.dataset.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Records in JSON: one per line, the members of one list, or values that follow each other. Stateless. */
final class JsonRecords {
    static final int LONGEST_RECORD_BYTES = 8 << 20;
    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(LONGEST_RECORD_BYTES)
                            .maxDocumentLength(-1)
                            .maxNestingDepth(100)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // What is behind the list is read too, for the checksum.
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .build();

    private JsonRecords() {}

    /** A record from its bytes. */
    static JsonNode decode(byte[] bytes) {
        return MAPPER.readTree(bytes);
    }

    /** A record per line. Empty lines are skipped, broken ones reported. */
    static Records lines(InputStream in) {
        return consumer -> {
            LineReader lines = new LineReader(in, LONGEST_RECORD_BYTES);
            while (lines.next()) {
                byte[] line = lines.line();
                if (lines.isTooLong()) {
                    consumer.broken(
                            lines.number(), "is longer than " + LONGEST_RECORD_BYTES + " bytes: is it the right file?");
                } else {
                    line(line, lines, consumer);
                }
            }
        };
    }

    private static void line(byte[] line, LineReader lines, Records.Consumer consumer)
            throws DatasetException, IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        JsonNode record;
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            if (text.isBlank()) {
                return;
            }
            record = MAPPER.readTree(text);
        } catch (CharacterCodingException e) {
            consumer.broken(
                    lines.number(), "is not UTF-8 at byte " + (bytes.position() + 1) + ": convert the file to UTF-8");
            return;
        } catch (JacksonException e) {
            consumer.broken(lines.number(), "is not JSON: " + firstLine(e));
            return;
        }
        consumer.record(record, lines.offset(), line.length, lines.number());
    }

    /** A file that is one list of records. */
    static Records list(InputStream in, String place) {
        return consumer -> values(in, true, place, consumer);
    }

    /** Values that follow each other, over as many lines as they like. */
    static Records values(InputStream in, String place) {
        return consumer -> values(in, false, place, consumer);
    }

    private static void values(InputStream in, boolean list, String place, Records.Consumer consumer)
            throws DatasetException, IOException {
        long number = 0;
        try (JsonParser json = MAPPER.createParser(in)) {
            if (list && json.nextToken() != JsonToken.START_ARRAY) {
                throw new DatasetException("line 1 does not begin with '['");
            }
            for (JsonToken token = json.nextToken();
                    token != null && token != JsonToken.END_ARRAY;
                    token = json.nextToken()) {
                number++;
                long offset = json.currentTokenLocation().getByteOffset();
                JsonNode record = json.readValueAsTree();
                long length = json.currentLocation().getByteOffset() - offset;
                if (length > LONGEST_RECORD_BYTES) {
                    consumer.broken(number, "is longer than " + LONGEST_RECORD_BYTES + " bytes");
                } else {
                    consumer.record(record, offset, (int) length, number);
                }
            }
        } catch (JacksonException e) {
            String line =
                    e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ", ";
            throw new DatasetException(line + place + " " + Math.max(1, number) + " is not JSON: " + firstLine(e));
        }
    }

    static String firstLine(JacksonException e) {
        String line = e.getOriginalMessage().lines().findFirst().orElse("");
        // The library appends where it could not look, which helps no user.
        return line.replaceAll(" \\((start marker|bound as|for (?:Array|Object) starting).*", "")
                .strip();
    }
}
