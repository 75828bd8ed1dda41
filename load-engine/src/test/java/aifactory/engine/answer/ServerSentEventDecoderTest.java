package aifactory.engine.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ServerSentEventDecoderTest {
    private static final String[] PIECES = {
        "data: {\"a\":1}",
        "data:x",
        "data",
        "data:",
        "data:  two",
        ": comment",
        ":",
        "event: ping",
        "id: 7",
        "retry: 10",
        "dat: no",
        "datum: no",
        "data : no",
        "\n",
        "\n",
        "\r\n",
        "\r\n",
        "\r",
        "\n\n",
        "\r\n\r\n",
        "\r\r",
        "\n\r",
        "data: \u00e4",
        "\u00ef\u00bb\u00bf",
        " data: indented",
        "data: [DONE]",
        "x"
    };

    @Test
    void randomStreamsInRandomSplitsGiveTheEventsOfAnIndependentDecoder() throws AnswerFault {
        for (long seed = 0; seed < 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] stream = randomStream(random);
            assertThat(decodeInSplits(stream, random))
                    .as("seed %d, stream %s", seed, new String(stream, StandardCharsets.ISO_8859_1))
                    .isEqualTo(SimpleEventDecoder.decode(stream));
        }
    }

    @Test
    void everySplitOfAStreamInTwoGivesTheSameEvents() throws AnswerFault {
        byte[] stream = "data: one\r\n\r\n: ping\n\ndata: two\ndata: lines\n\ndata:[DONE]\r\r"
                .getBytes(StandardCharsets.ISO_8859_1);
        for (int split = 0; split <= stream.length; split++) {
            ServerSentEventDecoder decoder = new ServerSentEventDecoder(100);
            List<String> events = new ArrayList<>();
            decoder.decode(stream, 0, split, collector(events));
            decoder.decode(stream, split, stream.length, collector(events));
            assertThat(events).as("split at %d", split).containsExactly("one", "two\nlines", "[DONE]");
        }
    }

    @Test
    void anEventBeyondTheLimitIsANamedFaultHoweverItIsCut() {
        for (String stream :
                List.of("data: 12345678901\n\n", "data: 123456\ndata: 7890123\n\n", "data: 1234567890123456")) {
            for (int split : new int[] {0, 1, 8, stream.length()}) {
                byte[] bytes = stream.getBytes(StandardCharsets.ISO_8859_1);
                ServerSentEventDecoder decoder = new ServerSentEventDecoder(10);
                assertThatThrownBy(() -> {
                            decoder.decode(bytes, 0, split, collector(new ArrayList<>()));
                            decoder.decode(bytes, split, bytes.length, collector(new ArrayList<>()));
                        })
                        .as("%s split at %d", stream, split)
                        .isInstanceOfSatisfying(
                                AnswerFault.class,
                                fault -> assertThat(fault.kind()).isEqualTo(FailureKind.OVERSIZED_EVENT));
            }
        }
    }

    private static byte[] randomStream(SplittableRandom random) {
        StringBuilder stream = new StringBuilder();
        int pieces = random.nextInt(30);
        for (int i = 0; i < pieces; i++) {
            stream.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return stream.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> decodeInSplits(byte[] stream, SplittableRandom random) throws AnswerFault {
        ServerSentEventDecoder decoder = new ServerSentEventDecoder(1 << 16);
        List<String> events = new ArrayList<>();
        int position = 0;
        while (position < stream.length) {
            int end = Math.min(stream.length, position + 1 + random.nextInt(random.nextBoolean() ? 3 : 40));
            decoder.decode(stream, position, end, collector(events));
            position = end;
        }
        return events;
    }

    private static ServerSentEventDecoder.EventHandler collector(List<String> events) {
        return (data, from, to) -> events.add(new String(data, from, to - from, StandardCharsets.ISO_8859_1));
    }
}
