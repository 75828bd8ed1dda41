package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.netty.NettyLoadEngine;
import aifactory.measurement.Metric;
import aifactory.measurement.MonotonicClock;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.Conversation;
import aifactory.workload.GroupShare;
import aifactory.workload.LengthDistribution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sessions of several turns: each carries the earlier ones and the answers that the server really gave. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConversationTest {
    /** Texts that a copy by character, by event or without escapes would break. */
    private static final List<String> TEXTS = List.of("say \\\"", "\\ud83d", "\\ude00", "\\n\\u00e9", " ü");

    private static final String SAID = "say \"😀\né ü";

    @Test
    void everyTurnCarriesTheEarlierOnesAndTheirRealAnswers() throws Exception {
        try (ScriptedServer server = answering(Answers.stream(TEXTS))) {
            TestWorkload workload = TestWorkload.closed(2, 12).withTurns(3, Duration.ZERO);
            CollectingSink sink = EngineRun.against(server.address(), workload);

            assertThat(sink.aggregate().measured().errors()).isEmpty();
            assertThat(sink.aggregate().measured().completed()).isEqualTo(12);
            assertThat(server.requests()).hasSize(12);
            assertHistories(server, 4, 3);
            assertThat(sink.records()).extracting(RequestRecord::index).doesNotHaveDuplicates();
            for (RequestRecord record : sink.records()) {
                assertThat(record.index()).isEqualTo(Objects.requireNonNull(record.session()) * 3 + record.turn());
            }
        }
    }

    @Test
    void answersInOnePieceAreCarriedToo() throws Exception {
        String body =
                "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"" + String.join("", TEXTS) + "\"}}]}";
        try (ScriptedServer server = answering(Answers.json(body))) {
            TestWorkload workload = TestWorkload.closed(1, 6).withTurns(3, Duration.ZERO);
            workload.streaming = false;
            CollectingSink sink = EngineRun.against(server.address(), workload);

            assertThat(sink.aggregate().measured().completed()).isEqualTo(6);
            assertHistories(server, 2, 3);
        }
    }

    /** A turn is due when its user has thought, and from then on every delay counts. */
    @Test
    void inOpenLoopSessionsArriveAndTurnsFollowTheirAnswers() throws Exception {
        try (ScriptedServer server = answering(Answers.stream(List.of("yes")))) {
            TestWorkload workload = TestWorkload.open(ArrivalPattern.CONSTANT, 20, Duration.ofSeconds(30))
                    .withTurns(3, Duration.ofMillis(60));
            workload.count = 30L;
            CollectingSink sink = EngineRun.against(server.address(), workload);

            assertThat(sink.aggregate().measured().completed()).isEqualTo(30);
            assertThat(sink.aggregate()
                            .histograms()
                            .of(Metric.TTFT_FROM_SCHEDULE)
                            .count())
                    .isEqualTo(30);
            for (List<RequestRecord> session : bySession(sink, 10)) {
                assertThat(session).hasSize(3);
                long number = Objects.requireNonNull(session.getFirst().session());
                assertThat(session.getFirst().scheduledNanos()).isEqualTo(number * 50_000_000);
                for (int turn = 1; turn < 3; turn++) {
                    long due = session.get(turn).scheduledNanos();
                    long answered = required(session.get(turn - 1).doneNanos());
                    assertThat(due - answered).isGreaterThanOrEqualTo(60_000_000);
                    assertThat(required(session.get(turn).startedNanos())).isGreaterThanOrEqualTo(due);
                }
            }
        }
    }

    @Test
    void aCapHoldsBackTurnsAsWellAsArrivals() throws Exception {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            exchange.send(Answers.EVENT_STREAM + Answers.chunk(Answers.content("yes")));
            atOnce.decrementAndGet();
            exchange.send(Answers.chunk("data: [DONE]\n\n") + "0\r\n\r\n");
            return true;
        })) {
            TestWorkload workload = TestWorkload.open(ArrivalPattern.CONSTANT, 1000, Duration.ofSeconds(30))
                    .withTurns(4, Duration.ofMillis(1));
            workload.count = 80L;
            workload.concurrency = 2;
            CollectingSink sink = EngineRun.against(server.address(), workload);

            assertThat(sink.aggregate().measured().completed()).isEqualTo(80);
            assertThat(most.get()).isLessThanOrEqualTo(2);
            assertThat(sink.records().stream().filter(record -> record.dueDelayedByCapNanos() > 0))
                    .isNotEmpty();
        }
    }

    @Test
    void aTurnThatFailsEndsItsSessionAndTheSlotTakesUpAnother() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            boolean second = answered.incrementAndGet() == 2;
            exchange.send(second ? "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n" : Answers.stream(List.of("yes")));
            return true;
        })) {
            TestWorkload workload = TestWorkload.closed(1, 9).withTurns(3, Duration.ZERO);
            CollectingSink sink = EngineRun.against(server.address(), workload);

            assertThat(sink.aggregate().measured().errors()).isEqualTo(Map.of("http_server_error", 1L));
            assertThat(sink.aggregate().measured().completed()).isEqualTo(7);
            assertThat(sink.records())
                    .filteredOn(record -> Objects.equals(record.session(), 0L))
                    .hasSize(2);
        }
    }

    @Test
    void aThoughtThatOutlastsTheLoadEndsTheSession() throws Exception {
        try (ScriptedServer server = answering(Answers.stream(List.of("yes")))) {
            TestWorkload workload = TestWorkload.closed(2, 1000).withTurns(2, Duration.ofHours(1));
            workload.count = null;
            workload.duration = Duration.ofMillis(300);
            CollectingSink sink = EngineRun.against(server.address(), workload);

            assertThat(sink.await().error()).isNull();
            assertThat(sink.records()).isNotEmpty().allSatisfy(record -> {
                assertThat(record.turn()).isZero();
                assertThat(record.outcome()).isEqualTo(RequestOutcome.COMPLETED);
            });
        }
    }

    @Test
    void aStopDoesNotWaitForAnyThought() throws Exception {
        try (ScriptedServer server = answering(Answers.stream(List.of("yes")))) {
            TestWorkload workload = TestWorkload.closed(2, 1000).withTurns(2, Duration.ofHours(1));
            CollectingSink sink = new CollectingSink(1);
            EngineSettings settings = EngineSettings.forCores(1).withoutWarmUp();
            try (PreparedLoad load = EngineRun.prepare(List.of(server.address()), workload, settings)) {
                load.start(System.nanoTime(), sink);
                sink.awaitEnded(2);
                load.stop();
                assertThat(sink.await().stopped()).isTrue();
            }
            assertThat(sink.aggregate().all().completed()).isEqualTo(2);
            assertThat(sink.aggregate().all().scheduled()).isEqualTo(2);
        }
    }

    @Test
    void theClientsOfAGroupShareTheSessionsAndNoRequestTwice() throws Exception {
        TestWorkload workload = TestWorkload.closed(3, 24).withTurns(2, Duration.ZERO);
        workload.conversation = new Conversation(
                new LengthDistribution(LengthDistribution.Shape.UNIFORM, 2, 0, 1, 3), Duration.ZERO, Duration.ZERO);
        List<Long> indices = new ArrayList<>();
        try (ScriptedServer server = answering(Answers.stream(List.of("yes")))) {
            for (int client = 0; client < 2; client++) {
                CollectingSink sink = new CollectingSink(1);
                LoadPlan plan = new LoadPlan(
                        "run", "salt", workload.build(), List.of(server.address()), new GroupShare(client, 2));
                EngineSettings settings = EngineSettings.forCores(2).withoutWarmUp();
                try (PreparedLoad load = new NettyLoadEngine(settings, MonotonicClock.SYSTEM, 2).prepare(plan)) {
                    load.start(System.nanoTime(), sink);
                    sink.await();
                }
                sink.records().forEach(record -> indices.add(record.index()));
            }
        }
        indices.sort(Comparator.naturalOrder());
        assertThat(indices).hasSize(24).doesNotHaveDuplicates().startsWith(0L).endsWith(23L);
    }

    private static ScriptedServer answering(String answer) throws Exception {
        return ScriptedServer.plain(exchange -> {
            exchange.send(answer);
            return true;
        });
    }

    private static void assertHistories(ScriptedServer server, int sessions, int turns) {
        int[] ofLength = new int[turns];
        for (ScriptedServer.Request request : server.requests()) {
            JsonNode messages = JsonMapper.shared().readTree(request.body()).get("messages");
            assertThat(messages.size() % 2).isOne();
            ofLength[messages.size() / 2]++;
            for (int i = 0; i < messages.size(); i++) {
                JsonNode message = messages.get(i);
                if (i % 2 == 0) {
                    assertThat(message.get("role").stringValue()).isEqualTo("user");
                } else {
                    assertThat(message.get("role").stringValue()).isEqualTo("assistant");
                    assertThat(message.get("content").stringValue()).isEqualTo(SAID);
                }
            }
        }
        assertThat(ofLength).containsOnly(sessions);
    }

    private static List<List<RequestRecord>> bySession(CollectingSink sink, int sessions) {
        List<List<RequestRecord>> found = new ArrayList<>();
        for (long number = 0; number < sessions; number++) {
            long wanted = number;
            found.add(sink.records().stream()
                    .filter(record -> Objects.equals(record.session(), wanted))
                    .sorted(Comparator.comparingInt(RequestRecord::turn))
                    .toList());
        }
        return found;
    }

    private static long required(@Nullable Long stamp) {
        return Objects.requireNonNull(stamp);
    }
}
