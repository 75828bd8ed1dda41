package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.engine.netty.NettyLoadEngine;
import aifactory.measurement.Metric;
import aifactory.measurement.MonotonicClock;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.simulator.FaultSpecification;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.SimulatorStatistics;
import aifactory.simulator.server.InferenceSimulator;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.Endpoint;
import aifactory.workload.GroupShare;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole engine against the simulated AI server over loopback. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NettyLoadEngineTest {
    private static final SimulatorOptions SERVER = SimulatorOptions.defaults()
            .withPort(0)
            .withModel("simulated")
            .withLatencies(Duration.ofMillis(5), Duration.ofMillis(1));

    @Test
    void aClosedLoopSendsTheAskedNumberAndCountsWhatTheServerCounts() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            CollectingSink sink = run(server, TestWorkload.closed(8, 200));
            RequestCounts measured = sink.aggregate().measured();
            SimulatorStatistics statistics = server.statistics();

            assertThat(measured.scheduled()).isEqualTo(200);
            assertThat(measured.sent()).isEqualTo(200);
            assertThat(measured.completed()).isEqualTo(200);
            assertThat(measured.outputTokens()).isEqualTo(statistics.generatedTokens());
            assertThat(measured.inputTokens()).isEqualTo(statistics.promptTokens());
            assertThat(measured.chunks()).isEqualTo(statistics.contentChunks());
            assertThat(statistics.connectionsAccepted()).isLessThanOrEqualTo(8);
            assertThat(sink.records()).extracting(RequestRecord::index).doesNotHaveDuplicates();
            assertThat(sink.records())
                    .allSatisfy(record -> assertThat(record.tokenSource()).isEqualTo(TokenSource.USAGE));
        }
    }

    @Test
    void everyMetricHasASampleForEachRequestItIsDefinedFor() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            CollectingSink sink = run(server, TestWorkload.open(ArrivalPattern.POISSON, 100, Duration.ofSeconds(1)));
            long completed = sink.aggregate().measured().completed();

            assertThat(completed).isPositive();
            for (Metric metric : List.of(
                    Metric.TTFT,
                    Metric.TTFO,
                    Metric.TPOT,
                    Metric.E2EL,
                    Metric.TTFT_FROM_SCHEDULE,
                    Metric.E2EL_FROM_SCHEDULE,
                    Metric.SCHEDULE_DELAY,
                    Metric.UPLOAD)) {
                assertThat(count(sink, metric)).as("%s", metric).isEqualTo(completed);
            }
            assertThat(count(sink, Metric.ITL)).isEqualTo(completed * 3);
            assertThat(count(sink, Metric.CONNECT))
                    .isEqualTo(server.statistics().connectionsAccepted());
            assertThat(count(sink, Metric.CAP_DELAY)).isZero();
            assertThat(count(sink, Metric.EVENT_LOOP_LAG)).isPositive();
        }
    }

    @Test
    void stampsAreInTheOrderInWhichThingsHappen() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            CollectingSink sink = run(server, TestWorkload.open(ArrivalPattern.CONSTANT, 50, Duration.ofSeconds(1)));

            assertThat(sink.records()).hasSize(50).allSatisfy(record -> {
                long started = required(record.startedNanos());
                long first = required(record.firstChunkNanos());
                assertThat(started).isGreaterThanOrEqualTo(record.scheduledNanos());
                assertThat(required(record.sentNanos())).isGreaterThanOrEqualTo(started);
                assertThat(first - started).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(5));
                assertThat(required(record.doneNanos()) - first).isNotNegative();
                assertThat(record.maximumGapNanos()).isBetween(0L, required(record.doneNanos()) - first);
            });
        }
    }

    @Test
    void onlyRequestsScheduledInTheWindowAreMeasured() throws Exception {
        TestWorkload workload = TestWorkload.open(ArrivalPattern.CONSTANT, 40, Duration.ofSeconds(2));
        workload.warmup = Duration.ofMillis(500);
        workload.cooldown = Duration.ofMillis(250);
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            CollectingSink sink = run(server, workload);

            assertThat(sink.aggregate().all().completed()).isEqualTo(80);
            assertThat(sink.aggregate().measured().completed()).isEqualTo(50);
            assertThat(sink.records().stream().filter(record -> record.phase() == RunPhase.WARMUP))
                    .hasSize(20);
            assertThat(sink.await().windowStartNanos()).isEqualTo(500_000_000);
            assertThat(sink.await().windowEndNanos()).isGreaterThanOrEqualTo(1_750_000_000);
        }
    }

    /**
     * A server that stands still delays every request that was due meanwhile: from the schedule, that shows in each of
     * them.
     */
    @Test
    void aStallOfTheServerShowsInEveryRequestThatWasDueInIt() throws Exception {
        SimulatorOptions stalling = SERVER.withFaults(List.of(FaultSpecification.parse("server-stall:at=1s,for=2s")));
        TestWorkload workload = TestWorkload.open(ArrivalPattern.CONSTANT, 50, Duration.ofSeconds(4));
        workload.concurrency = 8;
        try (InferenceSimulator server = InferenceSimulator.start(stalling)) {
            CollectingSink sink = run(server, workload);
            List<RequestRecord> records = sink.records();
            long stallEndNanos = records.stream()
                    .map(RequestRecord::firstChunkNanos)
                    .mapToLong(NettyLoadEngineTest::required)
                    .filter(first -> first > 2_500_000_000L)
                    .min()
                    .orElseThrow();

            List<RequestRecord> due = records.stream()
                    .filter(record -> record.scheduledNanos() > stallEndNanos - 1_900_000_000L
                            && record.scheduledNanos() < stallEndNanos)
                    .toList();
            assertThat(due).hasSizeGreaterThan(90).allSatisfy(record -> {
                long remaining = stallEndNanos - record.scheduledNanos();
                assertThat(required(record.firstChunkNanos()) - record.scheduledNanos())
                        .isGreaterThanOrEqualTo(remaining);
            });
            // Most of them waited behind the cap, and that is the cap's delay, not the client's own.
            assertThat(due.stream().filter(record -> record.dueDelayedByCapNanos() > 500_000_000L))
                    .hasSizeGreaterThan(50);
            assertThat(sink.aggregate().histograms().of(Metric.SCHEDULE_DELAY).percentileNanos(50))
                    .isLessThan(50_000_000);
        }
    }

    @Test
    void whatIsHeldBackPastItsTimeoutIsAFailureOfItsOwnKind() throws Exception {
        // All are due within 2 ms, so that their timeouts have passed when those in flight free their slots by theirs.
        TestWorkload workload = TestWorkload.open(ArrivalPattern.CONSTANT, 100_000, Duration.ofMillis(2));
        workload.concurrency = 2;
        workload.timeout = Duration.ofMillis(400);
        SimulatorOptions slow = SERVER.withLatencies(Duration.ofMillis(300), Duration.ofMillis(1));
        try (InferenceSimulator server = InferenceSimulator.start(slow)) {
            RequestCounts counts = run(server, workload).aggregate().measured();

            assertThat(counts.scheduled()).isEqualTo(200);
            assertThat(counts.errors()).containsKey("timeout_before_start");
            assertThat(counts.completed() + counts.failed()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "status:429, rate_limited",
        "status:500, http_server_error",
        "status:400, http_client_error",
        "reset:token=1, connection_reset",
    })
    void aFaultOfTheServerIsANamedErrorAndNothingElse(String fault, String cause) throws Exception {
        SimulatorOptions faulty = SERVER.withFaults(List.of(FaultSpecification.parse(fault + ",every=4")));
        try (InferenceSimulator server = InferenceSimulator.start(faulty)) {
            CollectingSink sink = run(server, TestWorkload.closed(1, 40));
            RequestCounts counts = sink.aggregate().measured();

            assertThat(counts.errors()).isEqualTo(Map.of(cause, 10L));
            assertThat(counts.completed()).isEqualTo(30);
            assertThat(count(sink, Metric.TTFT)).isEqualTo(30);
            assertThat(count(sink, Metric.ITL)).isEqualTo(90);
        }
    }

    @Test
    void aServerThatNobodyListensOnIsAConnectionRefused() throws Exception {
        URI closed;
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            closed = server.address();
        }
        TestWorkload workload = TestWorkload.closed(2, 10);
        CollectingSink sink = run(List.of(closed), workload);

        assertThat(sink.aggregate().measured().errors()).isEqualTo(Map.of("connection_refused", 10L));
        assertThat(sink.await().error()).isNull();
    }

    @Test
    void aStopKeepsWhatWasMeasuredAndCountsTheRestAsCancelled() throws Exception {
        TestWorkload workload = TestWorkload.open(ArrivalPattern.CONSTANT, 100, Duration.ofMinutes(10));
        workload.outputTokens = 100;
        try (InferenceSimulator server = InferenceSimulator.start(SERVER);
                PreparedLoad load = engine(1).prepare(plan(List.of(server.address()), workload))) {
            CollectingSink sink = new CollectingSink(1);
            load.start(System.nanoTime(), sink);
            while (sink.ended() < 50) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            load.stop();
            LoadCompletion completion = sink.await();
            RequestCounts counts = sink.aggregate().all();

            assertThat(completion.stopped()).isTrue();
            assertThat(completion.error()).isNull();
            assertThat(counts.completed()).isGreaterThanOrEqualTo(50);
            assertThat(counts.cancelled()).isPositive();
            assertThat(counts.scheduled()).isEqualTo(counts.completed() + counts.failed() + counts.cancelled());
            assertThat(completion.windowEndNanos()).isLessThan(TimeUnit.MINUTES.toNanos(2));
        }
    }

    @Test
    void aShareOfRequestsIsGivenUpInMidAnswer() throws Exception {
        TestWorkload workload = TestWorkload.closed(4, 200);
        workload.cancelShare = 0.25;
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            RequestCounts counts = run(server, workload).aggregate().measured();

            assertThat(counts.cancelled()).isBetween(25L, 80L);
            assertThat(counts.completed()).isEqualTo(200 - counts.cancelled());
            assertThat(counts.failed()).isZero();
        }
    }

    @Test
    void answersThatAreNotStreamedHaveNoTimeToFirstToken() throws Exception {
        for (Endpoint endpoint : List.of(Endpoint.CHAT, Endpoint.COMPLETIONS, Endpoint.EMBEDDINGS)) {
            TestWorkload workload = TestWorkload.closed(4, 20);
            workload.endpoint = endpoint;
            workload.streaming = false;
            try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
                CollectingSink sink = run(server, workload);

                assertThat(sink.aggregate().measured().errors())
                        .as("%s", endpoint)
                        .isEmpty();
                assertThat(count(sink, Metric.E2EL)).isEqualTo(20);
                assertThat(count(sink, Metric.TTFT)).isZero();
                assertThat(count(sink, Metric.ITL)).isZero();
            }
        }
    }

    @Test
    void severalServersGetTheirPartsAndTheClientsOfAGroupSendEachRequestOnce() throws Exception {
        TestWorkload workload = TestWorkload.closed(6, 90);
        try (InferenceSimulator one = InferenceSimulator.start(SERVER);
                InferenceSimulator two = InferenceSimulator.start(SERVER)) {
            List<Long> indices = new ArrayList<>();
            for (int client = 0; client < 3; client++) {
                CollectingSink sink = new CollectingSink(2);
                LoadPlan plan = new LoadPlan(
                        "run",
                        "salt",
                        workload.build(),
                        List.of(one.address(), two.address()),
                        new GroupShare(client, 3));
                try (PreparedLoad load = engine(2).prepare(plan)) {
                    load.start(System.nanoTime(), sink);
                    sink.await();
                }
                sink.records().forEach(record -> indices.add(record.index()));
            }
            assertThat(indices).hasSize(90).doesNotHaveDuplicates();
            assertThat(one.statistics().requests()).isEqualTo(45);
            assertThat(two.statistics().requests()).isEqualTo(45);
        }
    }

    @Test
    void inClosedLoopAClientWithFewerSlotsHasFewerRequests() throws Exception {
        TestWorkload workload = TestWorkload.closed(5, 100);
        int[] sent = new int[4];
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            for (int client = 0; client < 4; client++) {
                CollectingSink sink = new CollectingSink(1);
                LoadPlan plan = new LoadPlan(
                        "run", "salt", workload.build(), List.of(server.address()), new GroupShare(client, 4));
                try (PreparedLoad load = engine(2).prepare(plan)) {
                    load.start(System.nanoTime(), sink);
                    sink.await();
                }
                sent[client] = sink.records().size();
            }
        }
        assertThat(sent).containsExactly(40, 20, 20, 20);
    }

    @Test
    void goodputIsHeldAgainstTheScheduleInOpenLoop() throws Exception {
        TestWorkload workload = TestWorkload.open(ArrivalPattern.CONSTANT, 50, Duration.ofSeconds(1));
        workload.goodput = Map.of("ttft", 1.0);
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            assertThat(run(server, workload).aggregate().measured().good()).isZero();
            workload.goodput = Map.of("ttft", 10_000.0, "e2el_ms", 10_000.0);
            assertThat(run(server, workload).aggregate().measured().good()).isEqualTo(50);
        }
    }

    @Test
    void aThinkTimeSpacesTheRequestsOfASlot() throws Exception {
        TestWorkload workload = TestWorkload.closed(1, 5);
        workload.thinkTime = Duration.ofMillis(100);
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            List<RequestRecord> records = run(server, workload).records();

            assertThat(records).hasSize(5);
            for (int i = 1; i < 5; i++) {
                assertThat(records.get(i).scheduledNanos()
                                - required(records.get(i - 1).doneNanos()))
                        .isGreaterThanOrEqualTo(100_000_000L);
            }
        }
    }

    @Test
    void theModelIsTheServersFirstWhenNoneIsNamed() throws Exception {
        TestWorkload workload = TestWorkload.closed(1, 3);
        workload.model = null;
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            assertThat(run(server, workload).aggregate().measured().completed()).isEqualTo(3);
        }
    }

    @Test
    void aLoadThatCannotBeGeneratedIsRefusedByName() {
        assertThatThrownBy(() -> engine(1)
                        .prepare(plan(List.of(URI.create("http://no-such-host.invalid:1")), TestWorkload.closed(1, 1))))
                .isInstanceOf(LoadRefusedException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void theWarmUpLeavesNoTraceInWhatIsMeasured() throws Exception {
        for (boolean streaming : new boolean[] {true, false}) {
            TestWorkload workload = TestWorkload.closed(2, 10);
            workload.streaming = streaming;
            try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
                CollectingSink sink = new CollectingSink(1);
                NettyLoadEngine warming = new NettyLoadEngine(EngineSettings.forCores(1), MonotonicClock.SYSTEM, 2);
                try (PreparedLoad load = warming.prepare(plan(List.of(server.address()), workload))) {
                    load.start(System.nanoTime(), sink);
                    sink.await();
                }
                assertThat(sink.aggregate().all().completed()).isEqualTo(10);
                assertThat(server.statistics().requests()).isEqualTo(10);
            }
        }
    }

    @Test
    void everyRequestEndsAsOneThing() throws Exception {
        SimulatorOptions faulty = SERVER.withFaults(List.of(
                FaultSpecification.parse("status:503,probability=0.2"),
                FaultSpecification.parse("reset:token=2,probability=0.2")));
        TestWorkload workload = TestWorkload.open(ArrivalPattern.POISSON, 200, Duration.ofSeconds(2));
        workload.cancelShare = 0.1;
        try (InferenceSimulator server = InferenceSimulator.start(faulty)) {
            CollectingSink sink = run(server, workload);
            RequestCounts counts = sink.aggregate().all();

            assertThat(counts.scheduled()).isEqualTo(counts.completed() + counts.failed() + counts.cancelled());
            assertThat(sink.records()).hasSize((int) counts.scheduled());
            for (RequestOutcome outcome : RequestOutcome.values()) {
                assertThat(sink.records().stream().filter(record -> record.outcome() == outcome))
                        .as("%s", outcome)
                        .isNotEmpty();
            }
        }
    }

    private static long count(CollectingSink sink, Metric metric) {
        return sink.aggregate().histograms().of(metric).count();
    }

    private static long required(@Nullable Long stamp) {
        assertThat(stamp).isNotNull();
        return Objects.requireNonNull(stamp);
    }

    private static CollectingSink run(InferenceSimulator server, TestWorkload workload) throws Exception {
        return run(List.of(server.address()), workload);
    }

    private static CollectingSink run(List<URI> targets, TestWorkload workload) throws Exception {
        CollectingSink sink = new CollectingSink(targets.size());
        try (PreparedLoad load = engine(2).prepare(plan(targets, workload))) {
            load.start(System.nanoTime() + 20_000_000, sink);
            sink.await();
        }
        return sink;
    }

    private static LoadPlan plan(List<URI> targets, TestWorkload workload) {
        return new LoadPlan("run", "salt", workload.build(), targets, new GroupShare(0, 1));
    }

    private static NettyLoadEngine engine(int eventLoops) {
        return new NettyLoadEngine(EngineSettings.forCores(eventLoops).withoutWarmUp(), MonotonicClock.SYSTEM, 2);
    }
}
