package aifactory.engine.answer;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.http.AnswerFault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An event that a template spares the scanner must mean exactly what the scanner would have read in it. */
class EventTemplateTest {
    private static final String CHAT = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":17,"
            + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},\"logprobs\":null,"
            + "\"finish_reason\":null}]}";

    private static final String MEANINGFUL = "\"\\{}[],:0123456789un- e";

    @ParameterizedTest
    @ValueSource(
            strings = {
                CHAT,
                "{\"id\":\"\",\"created\":170000,\"choices\":[{\"text\":\"x\",\"index\":3}],\"model\":\"\\u00e4\\\\\"}",
                "{\"choices\":[{\"delta\":{\"content\":\"\",\"reasoning_content\":\"hm\"}}]}",
                "{\"usage\":null,\"choices\":[{\"delta\":{\"reasoning\":\"hm\",\"content\":null}}],\"x\":[1,-2,3.5e7]}"
            })
    void eventsThatDifferInWhatIsNotMeasuredAgree(String first) throws AnswerFault {
        SharedScanning shared = primed(first);
        String other = first.replace("chatcmpl-1", "another id, longer \\\"")
                .replace(":17", ":918273645")
                .replace("token", "\\u00fc")
                .replace("hm", "hm, let me \u20ac think");
        assertThat(agrees(shared, first)).isTrue();
        assertThat(agrees(shared, other)).isTrue();
    }

    @Test
    void eventsThatDifferInWhatIsMeasuredDoNotAgree() throws AnswerFault {
        SharedScanning shared = primed(CHAT);
        for (String other : List.of(
                CHAT.replace("\" token\"", "\"\""),
                CHAT.replace("\" token\"", "null"),
                CHAT.replace("\"finish_reason\":null", "\"finish_reason\":\"stop\""),
                CHAT.replace("chat.completion.chunk", "error"),
                CHAT.replace("\"content\"", "\"reasoning\""),
                CHAT.replace(":17", ":-17"),
                CHAT.replace(":17", ":017"),
                CHAT.replace(":17", ":\"17\""),
                CHAT + "}",
                CHAT.substring(0, CHAT.length() - 1))) {
            assertThat(agrees(shared, other)).as(other).isFalse();
        }
    }

    @Test
    void anEventWithMoreUnmeasuredValuesThanAreKeptIsScannedEachTime() throws AnswerFault {
        String many = CHAT.replace("17", "17,\"x\":[" + "1,".repeat(AnswerScanner.MOST_PLACES) + "1]");
        assertThat(agrees(primed(many), many)).isFalse();
    }

    @Test
    void whatATemplateSparesIsWhatTheScannerWouldHaveRead() {
        long seed = 20261125;
        SplittableRandom random = new SplittableRandom(seed);
        List<String> events = List.of(
                CHAT,
                CHAT.replace("\"content\"", "\"reasoning\""),
                "{\"id\":\"a\",\"choices\":[{\"text\":\"b\",\"finish_reason\":null}],\"created\":5}",
                CHAT.replace("null}]}", "\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}"));
        AnswerReaderProbe fresh = new AnswerReaderProbe();
        AnswerReaderProbe learning = new AnswerReaderProbe();
        for (int i = 0; i < 200_000; i++) {
            byte[] event = mutated(events.get(random.nextInt(events.size())), random);
            assertThat(learning.read(event, false))
                    .as("seed %d, event %d: %s", seed, i, new String(event, StandardCharsets.ISO_8859_1))
                    .isEqualTo(fresh.read(event, true));
        }
    }

    /** None to three bytes changed, left out or put in; mostly such as mean something in JSON. */
    private static byte[] mutated(String event, SplittableRandom random) {
        StringBuilder text = new StringBuilder(event);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(text.length());
            char with = random.nextBoolean()
                    ? MEANINGFUL.charAt(random.nextInt(MEANINGFUL.length()))
                    : (char) random.nextInt(256);
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, with);
                case 1 -> text.insert(at, with);
                default -> text.deleteCharAt(at);
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static SharedScanning primed(String event) throws AnswerFault {
        SharedScanning shared = new SharedScanning();
        byte[] bytes = ("..." + event + "...").getBytes(StandardCharsets.UTF_8);
        shared.scanner.scan(bytes, 3, bytes.length - 3);
        shared.rememberTemplate(bytes, 3, bytes.length - 3);
        return shared;
    }

    private static boolean agrees(SharedScanning shared, String event) throws AnswerFault {
        byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
        try {
            return shared.templateOf(bytes, 0, bytes.length) != null;
        } catch (AnswerFault fault) {
            return false;
        }
    }

    /** Reads single events; with templates learnt from those before, or with none. */
    private static final class AnswerReaderProbe {
        private SharedScanning shared = new SharedScanning();
        private final List<String> heard = new ArrayList<>();

        String read(byte[] event, boolean forget) {
            if (forget) {
                shared = new SharedScanning();
            }
            heard.clear();
            AnswerContent content = new AnswerContent(
                    output -> heard.add("content " + output), shared, new AnswerKind(true, null, false), 1 << 20);
            try {
                if (!content.takeEventLikeBefore(event, 0, event.length)) {
                    content.takeEvent(event, 0, event.length);
                }
            } catch (AnswerFault fault) {
                heard.add("fault " + fault.kind());
            }
            return heard + " usage " + content.usage.seen() + " " + content.usage.promptTokens() + " "
                    + content.usage.completionTokens() + " choices " + content.choices();
        }
    }
}
