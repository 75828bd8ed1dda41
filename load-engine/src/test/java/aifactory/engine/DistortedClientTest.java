package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.netty.NettyLoadEngine;
import aifactory.measurement.MonotonicClock;
import aifactory.measurement.ValidityFinding;
import aifactory.measurement.ValidityJudge;
import aifactory.measurement.ValidityLimits;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.server.InferenceSimulator;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.GroupShare;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A client that is really hindered, by each of the things that the watchdog is for, tells so of itself. With stamps of
 * the process: with those of the kernel only what that did to the latencies counts.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DistortedClientTest {
    private static final SimulatorOptions IDLE_SERVER =
            SimulatorOptions.defaults().withPort(0).withModel("simulated").withZeroWork(true);

    /** More requests are due within two milliseconds than any client can send in that time. */
    @Test
    void aClientThatIsAskedForMoreThanItCanSendSaysSo() throws Exception {
        TestWorkload workload = TestWorkload.open(ArrivalPattern.CONSTANT, 1_000_000, Duration.ofSeconds(10));
        workload.count = 2_000L;
        workload.timeout = Duration.ofSeconds(60);
        try (InferenceSimulator server = InferenceSimulator.start(IDLE_SERVER)) {
            CollectingSink sink = new CollectingSink(1);
            try (PreparedLoad load = prepare(server.address(), workload, MonotonicClock.SYSTEM)) {
                load.start(System.nanoTime(), sink);
                sink.await();
            }
            List<ValidityFinding> findings = judge(sink, 2_000);

            assertThat(findings).extracting(ValidityFinding::code).contains("schedule_delay", "offered_rate");
            assertThat(findings).extracting(ValidityFinding::message).allMatch(message -> message.contains(": "));
            assertThat(sink.aggregate().all().scheduled()).isEqualTo(2_000);
        }
    }

    /**
     * The event loops' core is taken away from them again and again: every look at the clock takes three milliseconds.
     */
    @Test
    void aClientWhoseEventLoopsLagSaysSo() throws Exception {
        MonotonicClock slow = () -> {
            if (Thread.currentThread().getName().startsWith("load-")) {
                long until = System.nanoTime() + 3_000_000;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
            }
            return System.nanoTime();
        };
        TestWorkload workload = TestWorkload.closed(4, 1_000_000);
        workload.count = null;
        workload.duration = Duration.ofSeconds(2);
        try (InferenceSimulator server = InferenceSimulator.start(IDLE_SERVER)) {
            CollectingSink sink = new CollectingSink(1);
            try (PreparedLoad load = prepare(server.address(), workload, slow)) {
                load.start(System.nanoTime(), sink);
                sink.await();
            }
            assertThat(judge(sink, -1)).extracting(ValidityFinding::code).contains("event_loop_lag");
        }
    }

    /** The whole process is stopped, as a scheduler or a suspended machine would stop it. */
    @Test
    void aClientThatStoodStillSaysSo() throws Exception {
        TestWorkload workload = TestWorkload.closed(2, 1_000_000_000);
        workload.outputTokens = 64;
        try (InferenceSimulator server = InferenceSimulator.start(IDLE_SERVER)) {
            CollectingSink sink = new CollectingSink(1);
            try (PreparedLoad load = prepare(server.address(), workload, MonotonicClock.SYSTEM)) {
                load.start(System.nanoTime(), sink);
                sink.awaitEnded(1);
                String self = Long.toString(ProcessHandle.current().pid());
                Process stopper = new ProcessBuilder(
                                "sh", "-c", "kill -STOP " + self + "; sleep 0.4; kill -CONT " + self)
                        .inheritIO()
                        .start();
                assertThat(stopper.waitFor()).isZero();
                int endedAtPause = sink.ended();
                sink.awaitEnded(endedAtPause + 1);
                load.stop();
                sink.await();
            }
            List<ValidityFinding> findings = judge(sink, -1);

            assertThat(findings).extracting(ValidityFinding::code).contains("process_paused");
            assertThat(sink.aggregate()
                            .clientHealth()
                            .values()
                            .iterator()
                            .next()
                            .longestPauseNanos())
                    .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
        }
    }

    private static List<ValidityFinding> judge(CollectingSink sink, long asked) {
        return ValidityJudge.judge(sink.aggregate(), ValidityLimits.DEFAULTS, new ValidityJudge.Asked(asked, false));
    }

    private static PreparedLoad prepare(URI target, TestWorkload workload, MonotonicClock clock) throws Exception {
        LoadPlan plan = new LoadPlan("run", "salt", workload.build(), List.of(target), new GroupShare(0, 1));
        return new NettyLoadEngine(EngineSettings.forCores(1).withoutWarmUp().withoutKernelStamps(), clock, 1)
                .prepare(plan);
    }
}
