package aifactory.engine.loop;

import aifactory.engine.MeasurementSink;
import aifactory.engine.PreparedLoad;
import aifactory.engine.recording.MeasuredWindow;
import aifactory.engine.watchdog.HealthMonitor;
import aifactory.measurement.MonotonicClock;
import aifactory.workload.GroupShare;
import aifactory.workload.content.WorkloadContent;
import aifactory.workload.dataset.Dataset;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.channel.EventLoopGroup;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A load on its event loops, ready to start. */
final class PreparedNettyLoad implements PreparedLoad {
    private static final Logger LOG = LoggerFactory.getLogger(PreparedNettyLoad.class);
    private static final long CLOSE_MILLIS = 5_000;

    private final EventLoopGroup group;
    private final List<LoadLoop> loops;
    private final RequestPreparer preparer;
    private final TurnEncoder turns;
    private final TextExaminer texts;
    private final WorkloadContent content;
    private final MeasuredWindow window;
    private final MonotonicClock clock;
    private final int cores;
    private final int targets;
    private final GroupShare share;
    private final List<AutoCloseable> helpers;
    private volatile boolean stopped;

    @GuardedBy("this")
    private @Nullable Thread reporter;

    PreparedNettyLoad(
            EventLoopGroup group,
            List<LoadLoop> loops,
            RequestPreparer preparer,
            TurnEncoder turns,
            TextExaminer texts,
            WorkloadContent content,
            MeasuredWindow window,
            MonotonicClock clock,
            int cores,
            int targets,
            GroupShare share,
            List<AutoCloseable> helpers) {
        this.group = group;
        this.loops = loops;
        this.preparer = preparer;
        this.turns = turns;
        this.texts = texts;
        this.content = content;
        this.window = window;
        this.clock = clock;
        this.cores = cores;
        this.targets = targets;
        this.share = share;
        this.helpers = List.copyOf(helpers);
    }

    @Override
    public synchronized void start(long startMonotonicNanos, MeasurementSink sink) {
        if (reporter != null) {
            throw new IllegalStateException("already started");
        }
        HealthMonitor health = new HealthMonitor(
                clock, cores, targets, loops.stream().map(LoadLoop::pulse).toList());
        IntervalReporter reporting = new IntervalReporter(
                loops,
                this::encodingFailure,
                window,
                clock,
                health,
                sink,
                startMonotonicNanos,
                share,
                () -> stopped,
                content.dataset().map(Dataset::requests).orElse(null));
        reporter = Thread.ofPlatform().daemon().name("interval-reporter").start(reporting::run);
        loops.forEach(loop -> loop.start(startMonotonicNanos));
    }

    @Override
    public void stop() {
        boolean ended = loops.stream().allMatch(loop -> loop.finished().isDone());
        if (stopped || ended) {
            return;
        }
        stopped = true;
        preparer.close();
        texts.stop();
        loops.forEach(LoadLoop::stop);
    }

    @Override
    public void close() {
        stop();
        preparer.close();
        CompletableFuture<?>[] finished = loops.stream().map(LoadLoop::finished).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(finished)
                .orTimeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS)
                .exceptionally(failure -> null)
                .join();
        awaitReporter();
        closeContent();
        group.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Not before the encoding threads have let go of it: it is read from them. */
    private void closeContent() {
        helpers.forEach(PreparedNettyLoad::close);
        turns.close();
        texts.close();
        try {
            preparer.awaitEnd(CLOSE_MILLIS);
            turns.awaitEnd(CLOSE_MILLIS);
            texts.awaitEnd(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        content.close();
    }

    private static void close(AutoCloseable helper) {
        try {
            helper.close();
        } catch (Exception e) {
            LOG.warn("A helper of the load could not be closed", e);
        }
    }

    private @Nullable String encodingFailure() {
        return Stream.of(preparer.failure(), turns.failure(), texts.failure())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private void awaitReporter() {
        Thread running;
        synchronized (this) {
            running = reporter;
        }
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        try {
            running.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
