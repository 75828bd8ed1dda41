package aifactory.engine.answer;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.Mutations;
import aifactory.engine.http.AnswerFault;
import aifactory.engine.http.ResponseDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A stream whose steady reads spare the decoders must mean what the decoders alone would have read in it. */
class WholeEventsTest {
    private static final int STREAMS = 20_000;
    private static final int MAXIMUM_EVENT_BYTES = 400;
    private static final String HEAD =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    private static final String LAST = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":"
            + "{\"prompt_tokens\":3,\"completion_tokens\":5}}\n\n";

    private int spared;

    @Test
    void streamsAreReadTheSameWithAndWithout() {
        long seed = 20261126;
        SplittableRandom random = new SplittableRandom(seed);
        int complete = 0;
        for (int number = 0; number < STREAMS; number++) {
            List<byte[]> reads = reads(random);
            List<String> plain = read(reads, false);
            assertThat(read(reads, true))
                    .as(
                            "seed %d, stream %d: %s",
                            seed, number, reads.stream().map(Mutations::text).toList())
                    .isEqualTo(plain);
            complete += plain.getLast().startsWith("complete") ? 1 : 0;
        }
        assertThat(spared).as("reads that spared the decoders").isGreaterThan(STREAMS / 4);
        assertThat(complete)
                .as("streams without a fault")
                .isGreaterThan(STREAMS / 4)
                .isLessThan(STREAMS);
    }

    @Test
    void wholeEventsSpareTheDecoders() {
        for (String event : List.of(
                event("a", "b", 1), event("a longer id", "\\u00e4 \u00c3\u00a9", 22), event("", "\\\"\\\\", 0))) {
            spared = 0;
            read(
                    List.of(bytes(HEAD + chunk(event("x", "y", 7))), bytes(chunk(event)), bytes(chunk(event + event))),
                    true);
            assertThat(spared).as(event).isEqualTo(2);
        }
    }

    @Test
    void anEventThatSpansChunksOrReadsDoesNot() {
        String event = event("a", "b", 1);
        for (int at = 1; at < event.length(); at++) {
            spared = 0;
            String split = chunk(event.substring(0, at)) + chunk(event.substring(at));
            List<byte[]> reads = List.of(bytes(HEAD + chunk(event)), bytes(split));
            assertThat(read(reads, true)).isEqualTo(read(reads, false));
            assertThat(spared).as("split at %d", at).isZero();
        }
    }

    /** As connections read them; every call of the listener, then how it ended. */
    private List<String> read(List<byte[]> reads, boolean sparing) {
        List<String> heard = new ArrayList<>();
        SharedScanning shared = new SharedScanning();
        AnswerListener listener = output -> heard.add("content " + output);
        AnswerReader reader =
                new AnswerReader(listener, shared, new AnswerKind(true, null, false), MAXIMUM_EVENT_BYTES);
        ResponseDecoder decoder = new ResponseDecoder(4096);
        reader.reset();
        boolean steady = false;
        try {
            for (byte[] read : reads) {
                if (sparing
                        && steady
                        && read.length <= MAXIMUM_EVENT_BYTES
                        && shared.readWholeEvents(read, read.length, reader.choices(), listener)) {
                    spared++;
                    continue;
                }
                decoder.decode(read, 0, read.length, reader);
                if (decoder.isComplete()) {
                    break;
                }
                steady = decoder.isBetweenChunks() && reader.isIndifferentToContent();
            }
            decoder.closed(reader);
            heard.add("complete, usage " + reader.hasUsage() + " " + reader.completionTokens());
        } catch (AnswerFault fault) {
            heard.add("fault " + fault.kind() + " " + fault.getMessage());
        }
        return heard;
    }

    private static List<byte[]> reads(SplittableRandom random) {
        StringBuilder stream = new StringBuilder(HEAD);
        List<Integer> boundaries = new ArrayList<>();
        int chunks = 2 + random.nextInt(8);
        for (int i = 0; i < chunks; i++) {
            stream.append(chunk(payload(random)));
            boundaries.add(stream.length());
        }
        stream.append(chunk(LAST)).append(chunk("data: [DONE]\n\n")).append("0\r\n\r\n");
        byte[] bytes = bytes(stream.toString());
        if (random.nextInt(3) == 0) {
            bytes = Mutations.damage(bytes, random);
        }
        List<byte[]> reads = new ArrayList<>();
        int from = 0;
        for (int boundary : boundaries) {
            int to = random.nextInt(6) == 0 ? boundary - random.nextInt(30) : boundary;
            if (random.nextInt(5) > 0 && to > from && to < bytes.length) {
                reads.add(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
        }
        reads.add(Arrays.copyOfRange(bytes, from, bytes.length));
        return reads;
    }

    /** Of one HTTP chunk. */
    private static String payload(SplittableRandom random) {
        String event = event(
                "id".repeat(random.nextInt(3)),
                List.of(
                                "",
                                " token",
                                "\\n",
                                random.nextInt(9) == 0 ? "\u00e9" : "\u00c3\u00a9",
                                "x".repeat(random.nextInt(1, 300)))
                        .get(random.nextInt(5)),
                random.nextInt(200));
        return switch (random.nextInt(12)) {
            case 0 -> event + event;
            case 1 -> event.replace("\n", "\r\n");
            case 2 -> event.replace("\n", "\r");
            case 3 -> event.replace("data: ", "data:");
            case 4 -> event.replace("\"content\"", "\"reasoning_content\"");
            case 5 -> ": comment\n\n" + event;
            case 6 -> event.substring(0, event.length() - 1);
            case 7 -> event.replace(",\"created\"", ",\ndata: \"created\"");
            default -> event;
        };
    }

    private static String event(String id, String content, int created) {
        return "data: {\"id\":\"" + id + "\",\"created\":" + created + ",\"choices\":[{\"delta\":{\"content\":\""
                + content + "\"}}]}\n\n";
    }

    private static String chunk(String payload) {
        return Integer.toHexString(bytes(payload).length) + "\r\n" + payload + "\r\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
