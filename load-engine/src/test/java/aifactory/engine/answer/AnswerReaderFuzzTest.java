package aifactory.engine.answer;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.Mutations;
import aifactory.engine.http.AnswerFault;
import aifactory.engine.http.ResponseDecoder;
import aifactory.measurement.FailureKind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whole answers of the corpus, damaged: any input is read the same however it is segmented, ends in a fault with a name
 * or in a complete answer, and is the same as the result of a slow reader with a JSON library.
 */
class AnswerReaderFuzzTest {
    private static final int SEEDS = 1_500;
    private static final byte[] HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final ObjectReader STRICT =
            JsonMapper.shared().readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * What a reader made of an answer.
     *
     * @param ending the fault's name, or {@code complete}
     */
    private record Reading(int contents, String text, String ending) {}

    @Test
    void theCorpusIsReadAsItIsMeant() {
        List<Reading> readings = new ArrayList<>();
        for (byte[] stream : Mutations.corpus("events")) {
            readings.add(read(stream, List.of(stream), new SharedScanning()));
        }
        // In the order of the files' names.
        assertThat(readings)
                .containsExactly(
                        new Reading(2, " Gr\u00c3\u00bc\u00c3\u009fe \\ud83d\\ude00 two", "complete"),
                        new Reading(1, " one", "complete"),
                        new Reading(1, "\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t", "complete"),
                        new Reading(1, "a", FailureKind.ERROR_IN_BODY.name()),
                        new Reading(1, "joined", "complete"),
                        new Reading(3, "so", "complete"),
                        new Reading(2, "", "complete"));
    }

    @Test
    void damagedStreamsAreReadTheSameHoweverTheyAreCut() {
        Set<FailureKind> seen = EnumSet.noneOf(FailureKind.class);
        int complete = 0;
        SharedScanning shared = new SharedScanning();
        for (byte[] stream : Mutations.corpus("events")) {
            for (long seed = 0; seed < SEEDS; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                byte[] damaged = Mutations.damage(stream, random);
                Reading whole = read(damaged, List.of(damaged), new SharedScanning());
                Reading cut = read(damaged, Mutations.split(damaged, random), shared);

                assertThat(cut)
                        .as("seed %d of %s", seed, Mutations.text(damaged))
                        .isEqualTo(whole);
                if (whole.ending().equals("complete")) {
                    complete++;
                } else {
                    seen.add(FailureKind.valueOf(whole.ending()));
                }
            }
        }
        assertThat(complete).isGreaterThan(SEEDS);
        assertThat(seen)
                .contains(
                        FailureKind.MALFORMED_EVENT,
                        FailureKind.INVALID_UTF8,
                        FailureKind.ERROR_IN_BODY,
                        FailureKind.TRUNCATED,
                        FailureKind.NO_CONTENT);
    }

    @Test
    void eventsAreTakenOrRefusedAsAJsonLibraryDoes() {
        AnswerScanner scanner = new AnswerScanner();
        int taken = 0;
        int refused = 0;
        for (byte[] stream : Mutations.corpus("events")) {
            for (String event : SimpleEventDecoder.decode(stream)) {
                for (long seed = 0; seed < SEEDS / 5; seed++) {
                    byte[] damaged =
                            Mutations.damage(event.getBytes(StandardCharsets.ISO_8859_1), new SplittableRandom(seed));
                    boolean valid = isJsonObject(damaged);
                    assertThat(scans(scanner, damaged))
                            .as("seed %d of %s", seed, Mutations.text(damaged))
                            .isEqualTo(valid);
                    taken += valid ? 1 : 0;
                    refused += valid ? 0 : 1;
                }
            }
        }
        assertThat(taken).isGreaterThan(SEEDS / 5);
        assertThat(refused).isGreaterThan(SEEDS / 5);
    }

    private static boolean scans(AnswerScanner scanner, byte[] json) {
        try {
            scanner.scan(json, 0, json.length);
            return true;
        } catch (AnswerFault fault) {
            return false;
        }
    }

    private static boolean isJsonObject(byte[] json) {
        try {
            // The library itself does not mind what the names of members are encoded in.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
            JsonNode node = STRICT.readValue(text);
            return node.isObject();
        } catch (JacksonException | CharacterCodingException e) {
            return false;
        }
    }

    private static Reading read(byte[] stream, List<byte[]> pieces, SharedScanning shared) {
        int[] contents = new int[1];
        AnswerReader reader =
                new AnswerReader(output -> contents[0]++, shared, new AnswerKind(true, null, true), 1 << 20);
        ResponseDecoder decoder = new ResponseDecoder(4096);
        reader.reset();
        String ending;
        try {
            decoder.decode(HEAD, 0, HEAD.length, reader);
            for (byte[] piece : pieces) {
                decoder.decode(piece, 0, piece.length, reader);
            }
            decoder.closed(reader);
            ending = "complete";
        } catch (AnswerFault fault) {
            assertThat(fault.getMessage()).as(Mutations.text(stream)).isNotBlank();
            ending = fault.kind().name();
        }
        return new Reading(contents[0], Mutations.text(reader.text()), ending);
    }
}
