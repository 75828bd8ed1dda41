package aifactory.engine.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class AnswerScannerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"choices\":[{\"delta\":{\"content\":\"hi\"}}]} | text",
                "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]} | nothing",
                "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]} | nothing",
                "{\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]} | reasoning",
                "{\"choices\":[{\"delta\":{\"reasoning\":\"hm\",\"content\":null}}]} | reasoning",
                "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]} | tool",
                "{\"choices\":[{\"delta\":{\"tool_calls\":[]}}]} | nothing",
                "{\"choices\":[{\"text\":\" word\"}]} | text",
                "{\"choices\":[{\"message\":{\"content\":\"whole\"},\"finish_reason\":\"stop\"}]} | text+finished",
                "{\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]} | finished",
                "{\"choices\":[{\"delta\":{},\"finish_reason\":null}]} | nothing",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":34}} | usage 12 34",
                "{\"choices\":[],\"usage\":null} | nothing",
                "{\"choices\":[],\"usage\":{}} | nothing",
                "{\"usage\":{\"input_tokens\":12,\"output_tokens\":34}} | usage 12 34",
                "{\"usage\":{\"completion_tokens\":34,\"output_tokens\":0,\"prompt_tokens\":5.0}} | usage 5 34",
                "{\"usage\":{\"completion_tokens\":-1,\"prompt_tokens\":1.5}} | usage -1 -1",
                "{\"usage\":{\"completion_tokens\":\"7\",\"prompt_tokens\":99999999999}} | usage -1 -1",
                "{\"choices\":[{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}]} | usage 1 2",
                "{\"choices\":[{\"finish_reason\":\"\"}]} | nothing",
                "{\"choices\":[{\"finish_reason\":\"null\"}]} | nothing",
                "{\"choices\":[{\"finish_reason\":{\"type\":\"length\",\"length\":3}}]} | finished",
                "{\"choices\":[{\"delta\":{\"function_call\":{\"name\":\"f\"}}}]} | tool",
                "{\"choices\":[{\"delta\":{\"function_call\":{}}}]} | nothing",
                "{\"choices\":[{\"text\":\"a\",\"error\":{\"code\":1}}]} | text+error",
                "{\"error\":\"\"} | nothing",
                "{\"error\":{}} | nothing",
                "{\"error\":[]} | nothing",
                "{\"error\":0} | nothing",
                "{\"error\":-0.0e5} | nothing",
                "{\"error\":false} | nothing",
                "{\"error\":true} | error",
                "{\"error\":7} | error",
                "{\"error\":[1]} | error",
                "{\"error\":{\"message\":\"no\"}} | error",
                "{\"error\":\"no\"} | error",
                "{\"error\":null,\"choices\":[{\"text\":\"a\"}]} | text",
                "{\"object\":\"error\",\"message\":\"old form\"} | error",
                "{\"object\":\"list\",\"data\":[{\"embedding\":[0.1]}],\"usage\":{\"prompt_tokens\":3}} | embedding+usage 3 -1",
                "{\"x\":{\"choices\":[{\"text\":\"elsewhere\"}],\"error\":{}}} | nothing",
                "{\"choices\":[{\"delta\":{\"content\":\"\\u00e4\\n\\\"\"}}]} | text"
            })
    void readsWhatIsMeasured(String json, String expected) throws AnswerFault {
        AnswerScanner scanner = new AnswerScanner();
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        scanner.scan(bytes, 0, bytes.length);
        assertThat(describe(scanner)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":+1}",
                "{\"a\":tru}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\t\"}",
                "{\"a\":1}x",
                "{\"a\":[1,]}",
                "{\"a\":[1 2]}",
                "{a:1}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":\"open"
            })
    void refusesWhatIsNotOneJsonObject(String text) {
        assertThatThrownBy(() -> scan(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        AnswerFault.class, fault -> assertThat(fault.kind()).isEqualTo(FailureKind.MALFORMED_EVENT));
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        int[][] wrong = {
            {0x80},
            {0xc0, 0x80},
            {0xc3},
            {0xe0, 0x80, 0x80},
            {0xed, 0xa0, 0x80},
            {0xf4, 0x90, 0x80, 0x80},
            {0xff},
            {0xe2, 0x82},
            {0xf0, 0x9f, 0x98, 0x41}
        };
        for (int[] sequence : wrong) {
            byte[] head = "{\"choices\":[{\"text\":\"".getBytes(StandardCharsets.UTF_8);
            byte[] tail = "\"}]}".getBytes(StandardCharsets.UTF_8);
            byte[] bytes = new byte[head.length + sequence.length + tail.length];
            System.arraycopy(head, 0, bytes, 0, head.length);
            for (int i = 0; i < sequence.length; i++) {
                bytes[head.length + i] = (byte) sequence[i];
            }
            System.arraycopy(tail, 0, bytes, head.length + sequence.length, tail.length);
            assertThatThrownBy(() -> scan(bytes))
                    .isInstanceOfSatisfying(
                            AnswerFault.class, fault -> assertThat(fault.kind()).isEqualTo(FailureKind.INVALID_UTF8));
        }
    }

    @Test
    void nestingBeyondTheBoundIsAFaultAndNoStackOverflow() {
        String deep = "{\"a\":" + "[".repeat(100_000);
        assertThatThrownBy(() -> scan(deep.getBytes(StandardCharsets.UTF_8))).isInstanceOf(AnswerFault.class);
    }

    /**
     * The scanner accepts and rejects randomly damaged answers exactly as Jackson does, and it finds the same content.
     */
    @Test
    void agreesWithAnIndependentParserOnDamagedAnswers() {
        int accepted = 0;
        for (long seed = 0; seed < 30_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = randomAnswer(random).toString().getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(3) > 0 && bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(0x20, 0x7f);
            }
            String text = new String(bytes, StandardCharsets.UTF_8);
            JsonNode expected = parse(bytes);
            try {
                AnswerScanner scanner = scan(bytes);
                Objects.requireNonNull(expected, () -> "accepted what is not JSON: " + text);
                boolean anyText = false;
                for (JsonNode choice : expected.path("choices")) {
                    anyText |=
                            !choice.path("delta").path("content").asString("").isEmpty();
                }
                assertThat(scanner.text).as("seed %d: %s", seed, text).isEqualTo(anyText);
                accepted++;
            } catch (AnswerFault fault) {
                assertThat(expected)
                        .as("seed %d: %s: %s", seed, text, fault.getMessage())
                        .isNull();
            }
        }
        assertThat(accepted).isBetween(8_000, 29_000);
    }

    private static @Nullable JsonNode parse(byte[] bytes) {
        try {
            JsonNode node = JsonMapper.shared()
                    .reader()
                    .with(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .without(tools.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .readTree(bytes);
            return node.isObject() ? node : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static ObjectNode randomAnswer(SplittableRandom random) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("id", "x" + random.nextInt());
        ArrayNode choices = root.putArray("choices");
        for (int i = random.nextInt(3); i > 0; i--) {
            ObjectNode delta = choices.addObject().putObject("delta");
            if (random.nextBoolean()) {
                delta.put("content", "\u00e4\"\\ ".repeat(random.nextInt(3)));
            }
            delta.put("number", random.nextDouble() * Math.pow(10, random.nextInt(-20, 20)));
        }
        root.putObject("other").put("flag", true).putNull("none");
        return root;
    }

    private static AnswerScanner scan(byte[] bytes) throws AnswerFault {
        AnswerScanner scanner = new AnswerScanner();
        scanner.scan(bytes, 0, bytes.length);
        return scanner;
    }

    private static String describe(AnswerScanner scanner) {
        List<String> found = new ArrayList<>();
        if (scanner.text) {
            found.add("text");
        }
        if (scanner.reasoning) {
            found.add("reasoning");
        }
        if (scanner.toolCall) {
            found.add("tool");
        }
        if (scanner.embedding) {
            found.add("embedding");
        }
        if (scanner.finishes > 0) {
            found.add("finished");
        }
        if (scanner.errorSuspected) {
            found.add("error");
        }
        if (scanner.usage) {
            found.add("usage " + scanner.promptTokens + " " + scanner.completionTokens);
        }
        return found.isEmpty() ? "nothing" : String.join("+", found);
    }
}
