package aifactory.workload.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Looks at every entry of a file and notes where it is. Stateless. */
final class DatasetScan {
    static final int LONGEST_ENTRY_BYTES = 8 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(LONGEST_ENTRY_BYTES)
                            .maxNestingDepth(100)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // What is behind the list is read all the same, for the checksum.
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .build();

    private DatasetScan() {}

    /** A file with an entry a line; empty lines are passed over. */
    static <E extends DatasetEntry> void lines(Path path, InputStream in, EntryParser<E> parser, DatasetIndex index)
            throws IOException, DatasetException {
        LineReader lines = new LineReader(in, LONGEST_ENTRY_BYTES);
        try {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                String text = decoded(line);
                if (!text.isBlank()) {
                    index.add(lines.offset(), line.length, parser.parse(MAPPER.readTree(text)));
                }
            }
        } catch (JacksonException e) {
            throw broken(path, "line " + lines.number(), "is not JSON: " + firstLine(e));
        } catch (EntryProblemException e) {
            throw broken(path, "line " + lines.number(), String.valueOf(e.getMessage()));
        }
    }

    private static String decoded(byte[] line) throws EntryProblemException {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new EntryProblemException(
                    "is not UTF-8 at byte " + (bytes.position() + 1) + ": convert the file to UTF-8");
        }
    }

    /** A file that is one list of entries. */
    static <E extends DatasetEntry> void array(Path path, InputStream in, EntryParser<E> parser, DatasetIndex index)
            throws DatasetException {
        int number = 0;
        try (JsonParser json = MAPPER.createParser(in)) {
            JsonToken first = json.nextToken();
            if (first == null) {
                return;
            }
            if (first != JsonToken.START_ARRAY) {
                throw broken(path, "line 1", "does not begin with '[': ShareGPT's files are one list of conversations");
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                number++;
                long offset = json.currentTokenLocation().getByteOffset();
                JsonNode node = json.readValueAsTree();
                long length = json.currentLocation().getByteOffset() - offset;
                if (length > LONGEST_ENTRY_BYTES) {
                    throw new EntryProblemException("is longer than " + LONGEST_ENTRY_BYTES + " bytes");
                }
                index.add(offset, (int) length, parser.parse(node));
            }
        } catch (JacksonException e) {
            String line =
                    e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ", ";
            throw broken(path, line + "conversation " + Math.max(1, number), "is not JSON: " + firstLine(e));
        } catch (EntryProblemException e) {
            throw broken(path, "conversation " + number, String.valueOf(e.getMessage()));
        }
    }

    private static DatasetException broken(Path path, String place, String what) {
        return new DatasetException("dataset " + path + ", " + place + " " + what);
    }

    private static String firstLine(JacksonException e) {
        String line = e.getOriginalMessage().lines().findFirst().orElse("");
        // The library adds where it could not look, in words that help nobody.
        return line.replaceAll(" \\((start marker|bound as).*", "").strip();
    }
}
