package aifactory.engine.loop;

import aifactory.engine.LoadCompletion;
import aifactory.engine.MeasurementSink;
import aifactory.engine.recording.IntervalMerge;
import aifactory.engine.recording.LoopInterval;
import aifactory.engine.recording.MeasuredWindow;
import aifactory.engine.watchdog.HealthMonitor;
import aifactory.measurement.MonotonicClock;
import aifactory.workload.GroupShare;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects from the event loops once per second, and once more at the end, on a separate thread. */
final class IntervalReporter {
    private static final Logger LOG = LoggerFactory.getLogger(IntervalReporter.class);
    private static final long INTERVAL_NANOS = 1_000_000_000L;
    /** Less than half an interval, so that the middle of every client's interval is in the same second. */
    private static final long SPREAD_NANOS = INTERVAL_NANOS / 2;

    private final List<LoadLoop> loops;
    private final Supplier<@Nullable String> encodingFailure;
    private final MeasuredWindow window;
    private final MonotonicClock clock;
    private final HealthMonitor health;
    private final MeasurementSink sink;
    private final long startNanos;
    private final long offsetNanos;
    private final BooleanSupplier stopped;
    private final @Nullable Long datasetEntries;
    private final IntervalMerge merge = new IntervalMerge();
    private long intervalStartNanos;
    private long lastMeasuredDoneNanos;

    IntervalReporter(
            List<LoadLoop> loops,
            Supplier<@Nullable String> encodingFailure,
            MeasuredWindow window,
            MonotonicClock clock,
            HealthMonitor health,
            MeasurementSink sink,
            long startNanos,
            GroupShare share,
            BooleanSupplier stopped,
            @Nullable Long datasetEntries) {
        this.loops = loops;
        this.encodingFailure = encodingFailure;
        this.window = window;
        this.clock = clock;
        this.health = health;
        this.sink = sink;
        this.startNanos = startNanos;
        this.offsetNanos = SPREAD_NANOS * share.client() / share.clients();
        this.stopped = stopped;
        this.datasetEntries = datasetEntries;
    }

    /** Reports until every event loop has finished; returns then. */
    void run() {
        String error = null;
        try {
            CompletableFuture<Void> finished = CompletableFuture.allOf(
                    loops.stream().map(LoadLoop::finished).toArray(CompletableFuture[]::new));
            while (!waitForEndOfInterval(finished)) {
                report(false);
            }
            report(true);
            error = encodingFailure.get();
        } catch (RuntimeException | ExecutionException | InterruptedException e) {
            LOG.error("The measurement was aborted", e);
            error = "the measurement was aborted: " + e;
        } finally {
            health.close();
            sink.completed(completion(error));
        }
    }

    /**
     * Waits for the next end of an interval, one per second; true when everything has finished before. The clients of a
     * group end their intervals in turn: clients that share a machine, and the service, would otherwise all be busy at
     * the same moment.
     */
    private boolean waitForEndOfInterval(CompletableFuture<Void> finished)
            throws ExecutionException, InterruptedException {
        long now = clock.nanoTime() - startNanos;
        long next = (Math.max(0, now - offsetNanos) / INTERVAL_NANOS + 1) * INTERVAL_NANOS + offsetNanos;
        while (now < next) {
            try {
                finished.get(next - now, TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                now = clock.nanoTime() - startNanos;
            }
        }
        return false;
    }

    private void report(boolean last) throws ExecutionException, InterruptedException {
        List<CompletableFuture<LoopInterval>> taken =
                loops.stream().map(LoadLoop::take).toList();
        merge.clear();
        for (int i = 0; i < loops.size(); i++) {
            LoopInterval interval = taken.get(i).get();
            merge.add(interval);
            loops.get(i).giveBack(interval);
        }
        long end = Math.max(intervalStartNanos, clock.nanoTime() - startNanos);
        lastMeasuredDoneNanos = Math.max(lastMeasuredDoneNanos, merge.lastMeasuredDoneNanos());
        sink.interval(
                merge.toInterval(intervalStartNanos, end, health.sample(readings(merge.eventLoopLagNanos()), last)),
                merge.records());
        intervalStartNanos = end;
    }

    /** Only right after the event loops have handed over, which is when they note it down. */
    private HealthMonitor.LoopReadings readings(long lagNanos) {
        return new HealthMonitor.LoopReadings(
                lagNanos,
                loops.stream().mapToInt(LoadLoop::queuedForConnection).sum(),
                loops.stream().mapToLong(LoadLoop::starvedRequests).sum(),
                loops.stream().mapToInt(LoadLoop::connectionCount).sum());
    }

    private LoadCompletion completion(@Nullable String error) {
        long actualStart = loops.stream()
                .mapToLong(LoadLoop::actualStartNanos)
                .filter(nanos -> nanos != 0)
                .min()
                .orElse(startNanos);
        boolean wasStopped = stopped.getAsBoolean();
        long endedNanos = Math.max(0, clock.nanoTime() - startNanos);
        long plannedEnd = window.endNanos() == Long.MAX_VALUE ? 0 : window.endNanos();
        long end = Math.max(wasStopped ? Math.min(plannedEnd, endedNanos) : plannedEnd, lastMeasuredDoneNanos);
        return new LoadCompletion(
                actualStart - startNanos,
                wasStopped,
                error,
                window.startNanos(),
                Math.max(window.startNanos(), end),
                loops.size(),
                datasetEntries);
    }
}
