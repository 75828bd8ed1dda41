package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestRecord;
import aifactory.measurement.ResponseDetails;
import aifactory.measurement.ResponseRemark;
import aifactory.workload.Endpoint;
import aifactory.workload.RequestTemplate;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Responses of every kind that servers send, through the whole engine: each is judged as the case says. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ResponseJudgementTest {
    private static final int REQUESTS = 2;

    static List<ResponseCase> cases() {
        return ResponseCase.of("cases.jsonl");
    }

    static List<ResponseCase> streams() {
        return ResponseCase.of("streams.jsonl");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void aResponseIsJudgedAsItIsMeant(ResponseCase response) throws Exception {
        CollectingSink sink = run(response);
        JsonNode expect = response.expect();

        assertThat(sink.await().error()).isNull();
        assertThat(sink.records()).hasSize(REQUESTS).allSatisfy(record -> {
            String outcome = record.outcome().name().toLowerCase(Locale.ROOT) + " " + record.error() + " "
                    + record.errorDetail();
            assertThat(record.error())
                    .as(outcome)
                    .isEqualTo(expect.path("error").asString(null));
            assertThat(record.outcome().name())
                    .isEqualToIgnoringCase(expect.path("outcome").asString());
            for (String member : expect.propertyNames()) {
                assertThat(figure(record, member, expect.path(member)))
                        .as("%s; %s", member, record)
                        .isEqualTo(text(expect.path(member)));
            }
            if (record.error() != null) {
                assertThat(record.errorDetail()).isNotBlank().doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
                assertThat(record.failedNanos()).isNotNull();
            }
        });
    }

    private static String text(JsonNode node) {
        return node.isArray()
                ? node.values().stream().map(JsonNode::asString).toList().toString()
                : node.asString("null");
    }

    private static String figure(RequestRecord record, String member, JsonNode expected) {
        ResponseDetails response = Objects.requireNonNullElse(record.response(), ResponseDetails.NONE);
        Object figure = switch (member) {
            case "outcome" -> record.outcome().name().toLowerCase(Locale.ROOT);
            case "error" -> record.error();
            case "message" -> {
                String detail = String.valueOf(record.errorDetail());
                // Anywhere in the detail; the whole of it in the message of a failed comparison.
                yield detail.contains(expected.asString()) ? expected.asString() : detail;
            }
            case "output_tokens" -> record.outputTokens();
            case "input_tokens" -> record.inputTokens();
            case "token_source" ->
                record.tokenSource() == null
                        ? null
                        : record.tokenSource().name().toLowerCase(Locale.ROOT);
            case "finish_reason" -> response.finishReason();
            case "usage_output_tokens" -> response.usageOutputTokens();
            case "first_chunk_tokens" -> response.firstChunkTokens();
            case "skipped_events" -> response.skippedEvents();
            case "remarks" ->
                response.remarks().stream().map(ResponseRemark::jsonName).toList();
            case "chunks" -> record.chunks();
            case "http_status" -> record.httpStatus();
            default -> throw new IllegalArgumentException(member);
        };
        return String.valueOf(figure);
    }

    /** The judgements of these are texts. */
    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void aStreamThatWasJudgedWronglyOnceIsJudgedRight(ResponseCase response) throws Exception {
        CollectingSink sink = run(response);
        String expect = response.expect().asString();

        assertThat(sink.records()).hasSize(REQUESTS).allSatisfy(record -> {
            Matcher failed = Pattern.compile("^failed, (\\w+)").matcher(expect);
            assertThat(record.error()).as(expect).isEqualTo(failed.find() ? failed.group(1) : null);
            Matcher message = Pattern.compile("message \"([^\"]+)\"").matcher(expect);
            if (message.find()) {
                assertThat(record.errorDetail()).isEqualTo(message.group(1));
            }
            Matcher tokens = Pattern.compile("(\\d+) output tokens").matcher(expect);
            if (tokens.find()) {
                assertThat(record.outputTokens()).isEqualTo(Integer.parseInt(tokens.group(1)));
            }
            if (expect.contains("ttfo")) {
                assertThat(record.firstOutputNanos()).isGreaterThan(record.firstChunkNanos());
            }
            boolean disagree = expect.contains("tokens_disagree");
            assertThat(record.response()).isNotNull();
            assertThat(record.response().remarks().contains(ResponseRemark.USAGE_MISMATCH))
                    .isEqualTo(disagree);
        });
    }

    private static CollectingSink run(ResponseCase response) throws Exception {
        List<ResponseCase.Piece> pieces = response.pieces();
        try (ScriptedServer server = ScriptedServer.plain(exchange -> send(response, pieces, exchange))) {
            JsonNode document = response.document();
            TestWorkload workload = TestWorkload.closed(1, REQUESTS);
            workload.outputTokens = 50;
            workload.endpoint =
                    Endpoint.valueOf(document.path("endpoint").asString("chat").toUpperCase(Locale.ROOT));
            workload.streaming = document.path("stream").asBoolean(true);
            if (workload.endpoint == Endpoint.TEMPLATE) {
                workload.template = new RequestTemplate(
                        "/generate",
                        "{\"inputs\":\"{prompt}\"}",
                        document.path("pointer").asString());
            }
            return EngineRun.against(server.address(), workload);
        }
    }

    private static boolean send(
            ResponseCase response, List<ResponseCase.Piece> pieces, ScriptedServer.Exchange exchange)
            throws IOException {
        for (ResponseCase.Piece piece : pieces) {
            if (piece.waitMillis() > 0) {
                LockSupport.parkNanos((long) (piece.waitMillis() * 1e6));
            }
            exchange.send(piece.bytes());
        }
        if (response.end().equals("reset")) {
            exchange.reset();
        }
        return response.end().equals("chunked") || response.end().equals("open");
    }
}
