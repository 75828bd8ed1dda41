package aifactory.engine.warmup;

import aifactory.engine.LoadCompletion;
import aifactory.engine.LoadPlan;
import aifactory.engine.LoadRefusedException;
import aifactory.engine.MeasurementSink;
import aifactory.engine.PreparedLoad;
import aifactory.engine.loop.LoadTargets;
import aifactory.engine.loop.NettyLoadFactory;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.MonotonicClock;
import aifactory.measurement.RequestRecord;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.Endpoint;
import aifactory.workload.GroupShare;
import aifactory.workload.LengthDistribution;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.prompt.SyntheticPrompts;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the engine run for a moment against a server inside this process. A virtual machine interprets code before it compiles
 * it: without this the first seconds of the first run would measure the client's compiler, not the AI server.
 */
public final class EngineWarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(EngineWarmUp.class);
    private static final Duration DURATION = Duration.ofMillis(1500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CONCURRENCY = 4;

    private EngineWarmUp() {}

    /** Blocks for about a second and a half. What it measures is thrown away; that it fails is no reason not to measure. */
    public static void run(
            NettyLoadFactory factory, WorkloadSpecification like, Duration connectTimeout, MonotonicClock clock)
            throws InterruptedException {
        try (WarmUpServer server = new WarmUpServer(like.streaming())) {
            URI address = server.address();
            LoadPlan plan = new LoadPlan("warm-up", "warm-up", load(like), List.of(address), new GroupShare(0, 1));
            SyntheticPrompts prompts = new SyntheticPrompts(
                    0, "warm-up", LengthDistribution.constant(64), LengthDistribution.constant(64), null);
            Sink sink = new Sink();
            LoadTargets targets = LoadTargets.resolve(List.of(address), null, connectTimeout);
            try (PreparedLoad load = factory.create(plan, "warm-up", prompts, targets, like.headers())) {
                load.start(clock.nanoTime(), sink);
                if (!sink.ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("The engine's warm-up did not end in time; going on without");
                }
            }
        } catch (IOException | LoadRefusedException | RuntimeException e) {
            LOG.warn(
                    "The engine could not be warmed up ({}); the first seconds of the run may be slower", e.toString());
        }
    }

    private static WorkloadSpecification load(WorkloadSpecification like) {
        WorkloadSpecification defaults = WorkloadSpecification.defaults(CONCURRENCY);
        return new WorkloadSpecification(
                like.endpoint() == Endpoint.TEMPLATE ? Endpoint.CHAT : like.endpoint(),
                like.streaming(),
                "warm-up",
                ArrivalPattern.CLOSED,
                null,
                1,
                CONCURRENCY,
                List.of(),
                null,
                DURATION,
                Duration.ZERO,
                Duration.ZERO,
                LengthDistribution.constant(64),
                LengthDistribution.constant(64),
                false,
                null,
                null,
                null,
                // A pause, so that several clients that warm up on one machine leave some of it to each other.
                Duration.ofMillis(1),
                0,
                Duration.ofSeconds(5),
                like.headers(),
                defaults.extraBody(),
                null,
                null,
                null,
                null,
                0,
                true,
                like.goodput());
    }

    private static final class Sink implements MeasurementSink {
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void interval(IntervalMeasurement interval, List<RequestRecord> records) {
            // Thrown away.
        }

        @Override
        public void completed(LoadCompletion completion) {
            ended.countDown();
        }
    }
}
