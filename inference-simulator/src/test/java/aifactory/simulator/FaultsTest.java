package aifactory.simulator;

import static aifactory.simulator.SimulatorCalls.CHAT;
import static aifactory.simulator.SimulatorCalls.await;
import static aifactory.simulator.SimulatorCalls.chat;
import static aifactory.simulator.SimulatorCalls.contents;
import static aifactory.simulator.SimulatorCalls.events;
import static aifactory.simulator.SimulatorCalls.get;
import static aifactory.simulator.SimulatorCalls.json;
import static aifactory.simulator.SimulatorCalls.options;
import static aifactory.simulator.SimulatorCalls.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.simulator.RawClient.End;
import aifactory.simulator.SimulatorOptions.TimeLog;
import aifactory.simulator.server.InferenceSimulator;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Every fault, as a client observes it. The switch below does not compile when a fault is forgotten. */
class FaultsTest {
    private static final String END_OF_STREAM = "\r\n0\r\n\r\n";
    private static final String HEALTH = "GET /health HTTP/1.1\r\nhost: a\r\n\r\n";

    /** An answer to a chat of five tokens, as its bytes came, and how the connection ended after it. */
    private record Answer(String bytes, End end) {}

    @ParameterizedTest
    @EnumSource
    void isObservedByAClient(FaultKind kind) throws Exception {
        switch (kind) {
            case STATUS -> status();
            case ERROR_BODY -> errorBody();
            case ERROR_EVENT -> errorEvent();
            case CUT -> cut();
            case RESET -> reset();
            case STALL -> stall();
            case SERVER_STALL -> serverStall();
            case ENDLESS -> endless();
            case TOKENS_PER_CHUNK -> tokensPerChunk();
            case REASONING -> reasoning();
            case TOOL_CALL -> toolCall();
            case INVALID_DOCUMENT -> {
                // Of requests for documents: see RequestedDocumentsTest.
            }
            case SLOW_ACCEPT -> slowAccept();
            case NO_USAGE -> noUsage();
            case WRONG_USAGE -> wrongUsage();
            case CONTENT_TYPE -> contentType();
            case MALFORMED_CHUNK -> malformedChunk();
            case MALFORMED_EVENT -> malformedEvent();
            case OVERSIZED_HEADER -> oversizedHeader();
            case OVERSIZED_EVENT -> oversizedEvent();
            case NON_UTF8 -> nonUtf8();
            case NEVER_ANSWER -> neverAnswer();
            case CLOSE_BEFORE_ANSWER -> closeBeforeAnswer();
            case RESET_BEFORE_ANSWER -> resetBeforeAnswer();
            case NO_CONTENT -> noContent();
            case NO_DONE -> noDone();
            case CLOSE_DELIMITED -> closeDelimited();
            case TRAILERS -> trailers();
            case SPLIT -> split();
            case NO_SPACE -> noSpace();
            case CRLF -> crlf();
            case COMMENTS -> comments();
            case RATE_LIMIT, SLOW_ABOVE, CRASH -> {
                // Faults of the whole server under load: see OverloadTest.
            }
        }
    }

    private static void status() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options("status:429,retry-after=1500ms,every=2"))) {
            assertThat(post(server, CHAT, chat(5, true)).statusCode()).isEqualTo(200);
            HttpResponse<String> limited = post(server, CHAT, chat(5, true));
            assertThat(limited.statusCode()).isEqualTo(429);
            assertThat(limited.headers().firstValue("retry-after")).hasValue("2");
            assertThat(json(limited.body()).path("error").path("type").asString())
                    .isEqualTo("RateLimitError");
            assertThat(post(server, CHAT, chat(5, true)).statusCode()).isEqualTo(200);
            assertThat(server.statistics().faultedRequests()).isEqualTo(1);
            assertThat(server.statistics().completedRequests()).isEqualTo(2);
            assertThat(get(server, "/health").statusCode()).isEqualTo(200);
        }
    }

    private static void errorBody() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options("error-body"))) {
            for (boolean streamed : new boolean[] {true, false}) {
                HttpResponse<String> answer = post(server, CHAT, chat(5, streamed));
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(json(answer.body()).path("error").path("code").asInt())
                        .isEqualTo(500);
            }
        }
    }

    private static void errorEvent() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options("error-event:token=2"))) {
            HttpResponse<String> stream = post(server, CHAT, chat(5, true));
            assertThat(stream.statusCode()).isEqualTo(200);
            assertThat(contents(stream.body())).hasSize(2);
            List<String> events = events(stream.body());
            assertThat(events).last().isEqualTo("[DONE]");
            assertThat(json(events.get(events.size() - 2))
                            .path("error")
                            .path("type")
                            .asString())
                    .isEqualTo("InternalServerError");
            assertThat(json(post(server, CHAT, chat(5, false)).body()).has("error"))
                    .isTrue();
            assertThat(server.statistics().completedRequests()).isZero();
        }
    }

    private static void cut() throws Exception {
        Answer stream = answer(true, "cut:token=2");
        assertThat(contents(stream.bytes())).hasSize(2);
        assertThat(stream.bytes()).doesNotContain(END_OF_STREAM);
        assertThat(stream.end()).isEqualTo(End.CLOSED);
        assertThat(contents(answer(true, "cut:token=500").bytes()))
                .as("at the end at the latest")
                .hasSize(5);

        String whole = answer(false, "cut").bytes();
        int length = Integer.parseInt(group("content-length: (\\d+)", whole));
        assertThat(body(whole)).hasSize(length / 2);
    }

    private static void reset() throws Exception {
        Answer stream = answer(true, "reset:token=2");
        assertThat(stream.end()).isEqualTo(End.RESET);
        assertThat(stream.bytes()).doesNotContain("[DONE]");
        assertThat(answer(false, "reset").end()).isEqualTo(End.RESET);
    }

    private static void stall() throws Exception {
        SimulatorOptions options = options("stall:40ms,token=3").withTimeLog(new TimeLog(10, null));
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            assertThat(contents(post(server, CHAT, chat(5, true)).body())).hasSize(5);
            long[] chunks = server.requestTimes().getFirst().chunkNanos();
            assertThat(chunks[3] - server.requestTimes().getFirst().receivedNanos())
                    .isGreaterThanOrEqualTo(41_000_000L);
            assertThat(json(post(server, CHAT, chat(5, false)).body())
                            .path("usage")
                            .path("completion_tokens")
                            .asInt())
                    .isEqualTo(5);
            RequestTimes whole = server.requestTimes().getLast();
            assertThat(whole.chunkNanos()[0] - whole.receivedNanos()).isGreaterThanOrEqualTo(41_000_000L);
        }
    }

    private static void serverStall() throws Exception {
        SimulatorOptions options = options("server-stall:at=0s,for=150ms").withTimeLog(new TimeLog(10, null));
        try (InferenceSimulator server = InferenceSimulator.start(options);
                RawClient stalled = RawClient.connect(server)) {
            long before = System.nanoTime();
            stalled.send(RawClient.post(CHAT, chat(5, true)));
            await("the first request is there", () -> server.statistics().requests() == 1);
            assertThat(get(server, "/health").statusCode()).isEqualTo(200);
            assertThat(System.nanoTime() - before)
                    .as("health, too, answers late")
                    .isGreaterThanOrEqualTo(150_000_000L);
            assertThat(contents(stalled.readUntil(END_OF_STREAM))).hasSize(5);
            RequestTimes times = server.requestTimes().getFirst();
            assertThat(times.chunkNanos()[0] - times.receivedNanos()).isGreaterThanOrEqualTo(150_000_000L);
        }
    }

    private static void endless() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options("endless"));
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, chat(5, true)));
            for (int i = 0; i < 500; i++) {
                client.readUntil("\"content\":\" ");
            }
            assertThat(server.statistics().completedRequests()).isZero();
        }
    }

    private static void tokensPerChunk() throws Exception {
        assertThat(contents(answer(true, "tokens-per-chunk:3").bytes()))
                .extracting(content -> content.length() / 6)
                .containsExactly(3, 2);
    }

    private static void reasoning() throws Exception {
        String stream = answer(true, "reasoning:4").bytes();
        assertThat(stream.split("reasoning_content\":\" ", -1)).hasSize(1 + 4);
        assertThat(stream.lastIndexOf("reasoning_content")).isLessThan(stream.indexOf("\"content\":\" "));
        assertThat(contents(stream)).hasSize(1);
    }

    private static void toolCall() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options("tool-call"))) {
            for (int tokens : new int[] {1, 2, 5}) {
                String stream = post(server, CHAT, chat(tokens, true)).body();
                List<JsonNode> calls = events(stream).stream()
                        .filter(event -> event.contains("tool_calls\":["))
                        .map(event -> json(event).at("/choices/0/delta/tool_calls/0"))
                        .toList();
                assertThat(calls).hasSize(tokens);
                assertThat(calls.getFirst().at("/function/name").asString()).isEqualTo("answer");
                String arguments = calls.stream()
                        .map(call -> call.at("/function/arguments").asString())
                        .collect(Collectors.joining());
                assertThat(json(arguments).path("text").asString()).matches("( [a-z]{5}){" + tokens + "}");
                assertThat(stream).contains("\"finish_reason\":\"tool_calls\"");
            }
            JsonNode message = json(post(server, CHAT, chat(5, false)).body()).at("/choices/0/message");
            assertThat(message.path("content").isNull()).isTrue();
            assertThat(json(message.at("/tool_calls/0/function/arguments").asString())
                            .path("text")
                            .asString())
                    .matches("( [a-z]{5}){5}");
        }
    }

    private static void slowAccept() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options("slow-accept:60ms"))) {
            long before = System.nanoTime();
            try (RawClient client = RawClient.connect(server)) {
                client.send(HEALTH);
                assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
                assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(60_000_000L);
            }
        }
    }

    private static void noUsage() throws Exception {
        assertThat(answer(true, "no-usage").bytes()).contains("[DONE]").doesNotContain("usage");
        assertThat(answer(false, "no-usage").bytes()).contains("finish_reason").doesNotContain("usage");
    }

    private static void wrongUsage() throws Exception {
        String stream = answer(true, "wrong-usage:3").bytes();
        assertThat(contents(stream)).hasSize(5);
        assertThat(stream).contains("\"completion_tokens\":8}");
        assertThat(answer(false, "wrong-usage:3").bytes()).contains("\"completion_tokens\":8}");
    }

    private static void contentType() throws Exception {
        assertThat(answer(true, "content-type").bytes()).contains("content-type: text/plain\r\n");
        assertThat(answer(false, "content-type:text/html").bytes()).contains("content-type: text/html\r\n");
    }

    private static void malformedChunk() throws Exception {
        Answer stream = answer(true, "malformed-chunk:2");
        assertThat(contents(stream.bytes())).hasSize(2);
        assertThat(stream.bytes()).contains("\r\nnot-a-length\r\n").doesNotContain(END_OF_STREAM);
        assertThat(answer(false, "malformed-chunk").bytes())
                .contains("transfer-encoding: chunked\r\n", "\r\n\r\nnot-a-length\r\n");
    }

    private static void malformedEvent() throws Exception {
        List<String> events = events(answer(true, "malformed-event:2").bytes());
        assertThat(events).hasSize(9).last().isEqualTo("[DONE]");
        assertThat(events.stream().filter(event -> event.startsWith("{") && !isJson(event)))
                .containsExactly(events.get(3));
        assertThat(isJson(body(answer(false, "malformed-event").bytes()))).isFalse();
    }

    private static void oversizedHeader() throws Exception {
        for (boolean streamed : new boolean[] {true, false}) {
            String answer = answer(streamed, "oversized-header:100000").bytes();
            assertThat(answer).contains("x-simulated-header: " + "x".repeat(100_000) + "\r\n");
            assertThat(answer).contains("\"finish_reason\":\"length\"");
        }
    }

    private static void oversizedEvent() throws Exception {
        List<String> contents =
                contents(answer(true, "oversized-event:300000,token=1").bytes());
        assertThat(contents).hasSize(5);
        assertThat(contents).extracting(String::length).containsExactly(6, 300_006, 6, 6, 6);
        assertThat(answer(false, "oversized-event:300000").bytes())
                .hasSizeGreaterThan(300_000)
                .contains("usage");
    }

    private static void nonUtf8() throws Exception {
        for (boolean streamed : new boolean[] {true, false}) {
            String answer = answer(streamed, "non-utf8").bytes();
            ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> StandardCharsets.UTF_8.newDecoder().decode(bytes))
                    .isInstanceOf(CharacterCodingException.class);
            assertThat(answer).contains("\"finish_reason\":\"length\"");
        }
    }

    private static void neverAnswer() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options("never-answer:first=1"));
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, chat(5, true))).send(HEALTH);
            await("it was received", () -> server.statistics().faultedRequests() == 1);
            assertThat(post(server, CHAT, chat(5, true)).statusCode())
                    .as("others are answered")
                    .isEqualTo(200);
            client.endSending();
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    private static void closeBeforeAnswer() throws Exception {
        assertThat(answer(true, "close-before-answer")).isEqualTo(new Answer("", End.CLOSED));
    }

    private static void resetBeforeAnswer() throws Exception {
        assertThat(answer(true, "reset-before-answer")).isEqualTo(new Answer("", End.RESET));
    }

    private static void noContent() throws Exception {
        String stream = answer(true, "no-content").bytes();
        assertThat(events(stream)).hasSize(4).last().isEqualTo("[DONE]");
        assertThat(contents(stream)).isEmpty();
        assertThat(stream).contains("\"role\":\"assistant\"", "\"finish_reason\":\"stop\"", "\"completion_tokens\":0}");
        assertThat(answer(false, "no-content").bytes()).contains("\"content\":\"\"", "\"completion_tokens\":0}");
    }

    private static void noDone() throws Exception {
        assertThat(answer(true, "no-done").bytes())
                .contains("\"finish_reason\":\"length\"")
                .doesNotContain("[DONE]")
                .endsWith(END_OF_STREAM);
    }

    private static void closeDelimited() throws Exception {
        assertThat(answer(true, "close-delimited").bytes())
                .contains("\r\nconnection: close\r\n")
                .doesNotContain("transfer-encoding")
                .endsWith("data: [DONE]\n\n");
        assertThat(answer(false, "close-delimited").bytes())
                .contains("\r\nconnection: close\r\n")
                .doesNotContain("content-length")
                .endsWith("}}");
    }

    private static void trailers() throws Exception {
        assertThat(answer(true, "trailers").bytes())
                .endsWith("\r\n0\r\nx-simulated-trailer: one\r\nx-simulated-checksum: two\r\n\r\n");
    }

    private static void split() throws Exception {
        // That the segments are small is SegmentingHandlerTest's; here, that nothing of them is lost or out of order.
        String expected = answer(true).bytes().replaceAll("\"created\":\\d+", "");
        assertThat(answer(true, "split:bytes=5,gap=50us").bytes().replaceAll("\"created\":\\d+", ""))
                .isEqualTo(expected);
        try (InferenceSimulator server = InferenceSimulator.start(options("split:bytes=1,first=1"));
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, chat(2, true)).repeat(2));
            assertThat(contents(client.readUntil(END_OF_STREAM))).hasSize(2);
            assertThat(contents(client.readUntil(END_OF_STREAM))).hasSize(2);
        }
    }

    private static void noSpace() throws Exception {
        String stream = answer(true, "no-space").bytes();
        assertThat(stream).contains("data:{", "data:[DONE]\n\n").doesNotContain("data: ");
        assertThat(contents(stream)).hasSize(5);
    }

    private static void crlf() throws Exception {
        String stream = answer(true, "crlf").bytes();
        assertThat(stream).contains("}\r\n\r\n\r\n", "data: [DONE]\r\n\r\n\r\n").doesNotContain("\n\n");
        assertThat(contents(stream)).hasSize(5);
    }

    private static void comments() throws Exception {
        String stream = answer(true, "comments:2").bytes();
        assertThat(stream.split("\n: ping\n\n", -1)).hasSize(1 + 3);
        assertThat(contents(stream)).hasSize(5);
    }

    /** A chat of five tokens with faults; the connection is asked to close afterwards, so that its end is seen. */
    private static Answer answer(boolean streamed, String... faults) throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options(faults));
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, chat(5, streamed), "connection: close"));
            String bytes = client.readToEnd();
            assertThat(server.statistics().faultedRequests()).isEqualTo(faults.length == 0 ? 0 : 1);
            return new Answer(bytes, client.end());
        }
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static boolean isJson(String text) {
        try {
            json(text);
            return true;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static String group(String pattern, String text) {
        var matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }
}
