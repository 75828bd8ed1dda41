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
import aifactory.workload.content.WorkloadContent;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the engine run for a moment against a server inside this process. A virtual machine interprets code before it
 * compiles it: without this the first seconds of the first run would measure the client's compiler, not the AI server.
 */
public final class EngineWarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(EngineWarmUp.class);
    private static final Duration CLOSED_LOOP = Duration.ofMillis(1500);
    private static final Duration OPEN_LOOP = Duration.ofMillis(500);
    private static final double REQUEST_RATE = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CONCURRENCY = 4;

    private EngineWarmUp() {}

    /** Blocks for about two seconds. What it measures is thrown away; that it fails is no reason not to measure. */
    public static void run(
            NettyLoadFactory factory, WorkloadSpecification like, Duration connectTimeout, MonotonicClock clock)
            throws InterruptedException {
        try (WarmUpServer server = new WarmUpServer(like.streaming())) {
            LoadTargets target = LoadTargets.resolve(List.of(server.address()), null, null, connectTimeout);
            run(factory, closedLoop(like), server.address(), target, clock);
            if (like.arrivalPattern().isOpenLoop()) {
                run(factory, openLoop(like), server.address(), target, clock);
            }
        } catch (IOException | LoadRefusedException | RuntimeException e) {
            LOG.warn(
                    "The engine could not be warmed up ({}); the first seconds of the run may be slower", e.toString());
        }
    }

    private static void run(
            NettyLoadFactory factory, WorkloadSpecification load, URI server, LoadTargets target, MonotonicClock clock)
            throws LoadRefusedException, InterruptedException {
        LoadPlan plan = new LoadPlan("warm-up", "warm-up", load, List.of(server), new GroupShare(0, 1));
        WorkloadContent content = WorkloadContent.synthetic(load, "warm-up");
        Sink sink = new Sink();
        try (PreparedLoad prepared = factory.create(plan, "warm-up", content, target, load.headers(), null)) {
            prepared.start(clock.nanoTime(), sink);
            if (!sink.ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The engine's warm-up did not end in time; continuing without it");
            }
        }
    }

    /** As many requests as the server answers: this compiles what every chunk goes through. */
    private static WorkloadSpecification closedLoop(WorkloadSpecification like) {
        return load(like, ArrivalPattern.CLOSED, null, CLOSED_LOOP);
    }

    /** The way requests become due in the run itself. */
    private static WorkloadSpecification openLoop(WorkloadSpecification like) {
        return load(like, ArrivalPattern.POISSON, REQUEST_RATE, OPEN_LOOP);
    }

    private static WorkloadSpecification load(
            WorkloadSpecification like, ArrivalPattern pattern, @Nullable Double requestRate, Duration duration) {
        WorkloadSpecification.Builder load = new WorkloadSpecification.Builder();
        load.endpoint = warmedUp(like.endpoint());
        load.streaming = like.streaming();
        load.model = "warm-up";
        load.arrivalPattern = pattern;
        load.requestRate = requestRate;
        load.concurrency = CONCURRENCY;
        load.duration = duration;
        load.inputLength = LengthDistribution.constant(64);
        load.outputLength = LengthDistribution.constant(64);
        // A pause, so that several clients that warm up on one machine leave some of it to each other.
        load.thinkTime = Duration.ofMillis(1);
        load.timeout = Duration.ofSeconds(5);
        load.headers = like.headers();
        load.samePrompts = true;
        load.goodput = like.goodput();
        load.failures = like.failures();
        return load.build();
    }

    /** The server inside the process speaks OpenAI's older APIs only; most of the engine is the same for all. */
    private static Endpoint warmedUp(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT, COMPLETIONS, EMBEDDINGS -> endpoint;
            case RERANK, SCORE -> Endpoint.EMBEDDINGS;
            case TEMPLATE, RESPONSES, MESSAGES, OLLAMA, TGI, TRITON, KSERVE -> Endpoint.CHAT;
        };
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
