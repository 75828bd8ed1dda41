package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.Metric;
import aifactory.measurement.RequestRecord;
import aifactory.simulator.FaultSpecification;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.server.InferenceSimulator;
import aifactory.workload.ArrivalPattern;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests and the time at which they are due. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ScheduleTest {
    private static final SimulatorOptions SERVER = SimulatorOptions.defaults()
            .withPort(0)
            .withModel("simulated")
            .withLatencies(Duration.ofMillis(5), Duration.ofMillis(1));

    /**
     * Without a cap every request is sent when it is due and waits at the server: its own latencies show the stall too.
     */
    @Test
    void aStallShowsInBothLatenciesFromScheduleOfEveryRequestThatWasDueInIt() throws Exception {
        SimulatorOptions stalling =
                SERVER.withFaults(List.of(FaultSpecification.parse("server-stall:at=500ms,for=2s")));
        TestWorkload workload = TestWorkload.open(ArrivalPattern.CONSTANT, 40, Duration.ofSeconds(3));
        try (InferenceSimulator server = InferenceSimulator.start(stalling)) {
            CollectingSink sink = EngineRun.against(server.address(), workload);
            long stallEndNanos = sink.records().stream()
                    .mapToLong(record -> required(record.firstChunkNanos()))
                    .filter(first -> first > 1_800_000_000L)
                    .min()
                    .orElseThrow();

            List<RequestRecord> due = sink.records().stream()
                    .filter(record -> record.scheduledNanos() > stallEndNanos - 1_800_000_000L
                            && record.scheduledNanos() < stallEndNanos)
                    .toList();
            assertThat(due).hasSizeGreaterThan(65).allSatisfy(record -> {
                long remaining = stallEndNanos - record.scheduledNanos();
                assertThat(required(record.firstChunkNanos()) - record.scheduledNanos())
                        .isGreaterThanOrEqualTo(remaining);
                assertThat(required(record.doneNanos()) - record.scheduledNanos())
                        .isGreaterThanOrEqualTo(remaining);
            });
            for (Metric metric : List.of(Metric.TTFT_FROM_SCHEDULE, Metric.E2EL_FROM_SCHEDULE)) {
                assertThat(sink.aggregate().histograms().of(metric).maximumNanos())
                        .as("%s", metric)
                        .isGreaterThan(1_700_000_000L);
            }
        }
    }

    @Test
    void spinningIsOffUnlessAskedForAndSendsNothingEarly() throws Exception {
        EngineSettings usual = EngineSettings.forCores(1).withoutWarmUp();
        assertThat(usual.spin()).isZero();
        EngineSettings spinning = new EngineSettings(
                1,
                usual.maximumInFlight(),
                usual.maximumConnecting(),
                usual.connectTimeout(),
                usual.maximumHeadBytes(),
                usual.maximumEventBytes(),
                usual.maximumChunks(),
                Duration.ofMillis(2),
                usual.encodedAheadBytes(),
                false);
        TestWorkload workload = TestWorkload.open(ArrivalPattern.POISSON, 200, Duration.ofSeconds(1));
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            CollectingSink sink = EngineRun.against(List.of(server.address()), workload, spinning);

            assertThat(sink.aggregate().measured().errors()).isEmpty();
            assertThat(sink.records())
                    .isNotEmpty()
                    .allSatisfy(record -> assertThat(required(record.startedNanos()))
                            .isGreaterThanOrEqualTo(record.scheduledNanos()));
        }
    }

    private static long required(@Nullable Long stamp) {
        return Objects.requireNonNull(stamp);
    }
}
