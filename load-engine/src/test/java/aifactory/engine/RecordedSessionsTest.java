package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestRecord;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.DatasetReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sessions of datasets, whose turns wait for several others and have individual times. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RecordedSessionsTest {
    private static final String GRAPH = """
            {"timestamp": 0, "turns": [{"prompt": "plan"},
            {"prompt": "left", "after": [0], "continues": 0}, {"prompt": "right", "after": [0], "continues": 0, "delay": 20},
            {"prompt": "join", "after": [1, 2], "continues": 2, "delay": 5,
            "tools": [{"name": "search", "duration": 10}, {"name": "fetch", "duration": 25}]},
            {"input_tokens": 3, "after": [3], "continues": null}]}
            """.replace("\n", "") + "\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void aTurnIsSentWhenAllThatItWaitsForAreAnswered() throws Exception {
        Path file = Files.writeString(directory.resolve("graph.jsonl"), GRAPH + GRAPH);
        try (ScriptedServer server = answering()) {
            TestWorkload workload = TestWorkload.closed(1, 10);
            workload.dataset = new DatasetReference(DatasetReference.Format.JSONL, file.toString(), null);
            CollectingSink sink = EngineRun.against(server.address(), workload);

            assertThat(sink.aggregate().measured().errors()).isEmpty();
            assertThat(sink.aggregate().measured().completed()).isEqualTo(10);
            for (Map<Integer, RequestRecord> session : bySession(sink).values()) {
                assertThat(session.keySet()).containsExactly(0, 1, 2, 3, 4);
                assertAfter(session, 1, 0, 0);
                assertAfter(session, 2, 0, 20_000_000);
                assertAfter(session, 3, 1, 30_000_000);
                assertAfter(session, 3, 2, 30_000_000);
                assertAfter(session, 4, 3, 0);
            }
            assertThat(conversations(server))
                    .contains(List.of("plan"), List.of("plan", "yes", "left"))
                    .contains(List.of("plan", "yes", "right", "yes", "join"))
                    .hasSize(10);
        }
    }

    @Test
    void turnsOfATraceAreSentAtTheirTimesOrAfterTheResponse() throws Exception {
        Path file = Files.writeString(directory.resolve("trace.jsonl"), """
                {"chat_id": 1, "parent_chat_id": -1, "timestamp": 10.0, "input_length": 5, "output_length": 2}
                {"chat_id": 2, "parent_chat_id": 1, "timestamp": 10.25, "input_length": 12, "output_length": 2}
                {"chat_id": 3, "parent_chat_id": 1, "timestamp": 10.4, "input_length": 13, "output_length": 2}
                {"chat_id": 4, "parent_chat_id": -1, "timestamp": 10.1, "input_length": 5, "output_length": 2}
                """);
        try (ScriptedServer server = answering()) {
            TestWorkload workload = new TestWorkload();
            workload.pattern = ArrivalPattern.TRACE;
            workload.count = 4L;
            workload.dataset = new DatasetReference(DatasetReference.Format.BAILIAN, file.toString(), null);
            CollectingSink sink = EngineRun.against(server.address(), workload);

            assertThat(sink.aggregate().measured().completed()).isEqualTo(4);
            Map<Long, Map<Integer, RequestRecord>> sessions = bySession(sink);
            Map<Integer, RequestRecord> first = Objects.requireNonNull(sessions.get(0L));
            assertThat(scheduled(first, 0)).isZero();
            assertDue(first, 1, 250_000_000);
            assertDue(first, 2, 400_000_000);
            assertThat(sink.records()).extracting(RequestRecord::scheduledNanos).contains(100_000_000L);
        }
    }

    /** At the recorded time, unless the response to the first turn came later. */
    private static void assertDue(Map<Integer, RequestRecord> session, int turn, long recordedNanos) {
        long answeredNanos = required(session.get(0));
        if (answeredNanos < recordedNanos - 150_000_000) {
            assertThat(scheduled(session, turn)).isEqualTo(recordedNanos);
        } else {
            // The machine was so busy that the response came late, or was recorded late.
            assertThat(scheduled(session, turn)).isGreaterThanOrEqualTo(Math.max(recordedNanos, answeredNanos));
        }
    }

    private static long scheduled(Map<Integer, RequestRecord> session, int turn) {
        return Objects.requireNonNull(session.get(turn)).scheduledNanos();
    }

    private static void assertAfter(Map<Integer, RequestRecord> session, int turn, int earlier, long nanos) {
        long due = Objects.requireNonNull(session.get(turn)).scheduledNanos();
        assertThat(due - required(session.get(earlier)))
                .as("turn %d after %d", turn, earlier)
                .isGreaterThanOrEqualTo(nanos);
    }

    private static long required(@Nullable RequestRecord record) {
        return Objects.requireNonNull(Objects.requireNonNull(record).doneNanos());
    }

    private static Map<Long, Map<Integer, RequestRecord>> bySession(CollectingSink sink) {
        Map<Long, Map<Integer, RequestRecord>> sessions = new TreeMap<>();
        sink.records().stream()
                .filter(record -> record.session() != null)
                .sorted(Comparator.comparingInt(RequestRecord::turn))
                .forEach(record -> sessions.computeIfAbsent(
                                Long.valueOf(Objects.requireNonNull(record.session())), number -> new TreeMap<>())
                        .put(record.turn(), record));
        return sessions;
    }

    /** The texts of the messages of each request. */
    private static List<List<String>> conversations(ScriptedServer server) {
        List<List<String>> conversations = new ArrayList<>();
        for (var request : server.requests()) {
            List<String> texts = new ArrayList<>();
            for (JsonNode message : JsonMapper.shared().readTree(request.body()).path("messages")) {
                texts.add(message.path("content").stringValue(""));
            }
            conversations.add(texts);
        }
        return conversations;
    }

    private static ScriptedServer answering() throws Exception {
        return ScriptedServer.plain(exchange -> {
            exchange.send(Answers.stream(List.of("yes")));
            return true;
        });
    }
}
