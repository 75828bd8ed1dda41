package aifactory.engine.recording;

import aifactory.engine.stamp.WallClockOffset;
import aifactory.measurement.FailureKind;
import aifactory.measurement.Metric;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.ResponseDetails;
import aifactory.measurement.RunPhase;
import aifactory.workload.WorkloadSpecification;
import org.jspecify.annotations.Nullable;

/**
 * Records what one event loop measures.
 *
 * <p>Not thread-safe: belongs to the event loop, {@link #take} included.
 */
public final class LoopRecorder {
    private static final ChunkTimes NO_ANSWER = new ChunkTimes();

    private final int client;
    private final boolean openLoop;
    private final boolean capped;
    private final MeasuredWindow window;
    private final GoodputObjective objective;
    private final RequestLatencies latencies = new RequestLatencies();
    private LoopInterval active = new LoopInterval();
    private @Nullable LoopInterval spare = new LoopInterval();
    private long stepsTold;

    /**
     * @param client this process's number in the group
     */
    public LoopRecorder(int client, WorkloadSpecification specification) {
        this.client = client;
        this.openLoop = specification.arrivalPattern().isOpenLoop();
        this.capped = openLoop && specification.concurrency() != null;
        this.window = MeasuredWindow.of(specification);
        this.objective = new GoodputObjective(specification.goodput(), openLoop);
    }

    /** A request has become due. */
    public void scheduled(long scheduledNanos) {
        active.all.scheduled++;
        if (window.phaseAt(scheduledNanos) == RunPhase.MEASURED) {
            active.measured.scheduled++;
        }
    }

    /**
     * A request is started. It counts as sent from now on: its outcome depends on the network and the server,
     * which may refuse the connection.
     */
    public void attempted(long scheduledNanos) {
        active.all.sent++;
        if (window.phaseAt(scheduledNanos) == RunPhase.MEASURED) {
            active.measured.sent++;
        }
    }

    /** A slot of a closed loop waits since its request, which was scheduled then, has failed. */
    public void backedOff(long scheduledNanos, long nanos) {
        active.all.backoffs++;
        active.all.backoffNanos += nanos;
        if (window.phaseAt(scheduledNanos) == RunPhase.MEASURED) {
            active.measured.backoffs++;
            active.measured.backoffNanos += nanos;
        }
    }

    /** A chunk with content has arrived. */
    public void streamedChunk() {
        active.streamedChunks++;
    }

    /** How late a probe of the event loop ran. */
    public void eventLoopLag(long nanos) {
        active.histograms.record(Metric.EVENT_LOOP_LAG, nanos);
    }

    /** A started request has ended. */
    public void ended(RequestIdentity identity, RequestStamps stamps, ChunkTimes times, RequestEnd asSeen) {
        RunPhase phase = window.phaseAt(stamps.scheduledNanos);
        RequestEnd end = asSeen;
        latencies.of(stamps, times, end.outputTokens(), end.response().firstChunkTokens(), openLoop, capped);
        if (end.outcome() == RequestOutcome.COMPLETED && latencies.outOfRange() != RequestLatencies.ABSENT) {
            end = new RequestEnd(
                    RequestOutcome.FAILED,
                    FailureKind.LATENCY_OUT_OF_RANGE,
                    "a latency of " + latencies.outOfRange() + " ns",
                    end.httpStatus(),
                    0,
                    0,
                    null,
                    end.response());
        }
        boolean good = end.outcome() == RequestOutcome.COMPLETED && objective.isMet(latencies);
        count(active.all, times, end, good);
        if (phase == RunPhase.MEASURED) {
            count(active.measured, times, end, good);
            active.lastMeasuredDoneNanos = Math.max(active.lastMeasuredDoneNanos, times.doneNanos());
            recordLatencies(stamps, times, end);
        }
        active.records.add(record(identity, stamps, times, phase, end));
    }

    /** A request that was due has ended before it was started. */
    public void endedBeforeStart(
            RequestIdentity identity, long scheduledNanos, long capDelayNanos, long endedNanos, RequestEnd end) {
        RunPhase phase = window.phaseAt(scheduledNanos);
        RequestStamps stamps = new RequestStamps();
        stamps.begin(scheduledNanos, capDelayNanos, RequestStamps.NEVER);
        stamps.endedNanos = endedNanos;
        count(active.all, NO_ANSWER, end, false);
        if (phase == RunPhase.MEASURED) {
            count(active.measured, NO_ANSWER, end, false);
        }
        active.records.add(record(identity, stamps, NO_ANSWER, phase, end));
    }

    /** Notes how often the clock by which the kernel stamps has been set so far. */
    public void wallClock(WallClockOffset wallClock) {
        active.shares.wallClockSteps(wallClock.steps() - stepsTold, wallClock.largestStepNanos());
        stepsTold = wallClock.steps();
    }

    /**
     * Hands over the measurements since the last call and continues with an empty interval.
     *
     * @param inFlight requests started and not ended
     * @throws IllegalStateException when the interval handed over before has not been {@linkplain #giveBack given back}
     */
    public LoopInterval take(int inFlight) {
        LoopInterval next = spare;
        if (next == null) {
            throw new IllegalStateException("the last interval has not been given back");
        }
        LoopInterval taken = active;
        taken.inFlight = inFlight;
        active = next;
        spare = null;
        return taken;
    }

    /** Takes back a cleared interval for reuse. */
    public void giveBack(LoopInterval cleared) {
        spare = cleared;
    }

    private void recordLatencies(RequestStamps stamps, ChunkTimes times, RequestEnd end) {
        if (end.outcome() == RequestOutcome.COMPLETED) {
            RequestShares.record(stamps, times, latencies, end.outputTokens(), active.shares);
            latencies.recordInto(active.histograms);
            times.recordGapsInto(active.histograms.of(Metric.ITL));
        } else {
            long delay = latencies.of(Metric.SCHEDULE_DELAY);
            if (delay >= 0) {
                active.histograms.record(Metric.SCHEDULE_DELAY, delay);
            }
        }
    }

    private static void count(CountsAccumulator counts, ChunkTimes times, RequestEnd end, boolean good) {
        switch (end.outcome()) {
            case COMPLETED -> {
                counts.completed++;
                counts.good += good ? 1 : 0;
                counts.inputTokens += end.inputTokens();
                counts.outputTokens += end.outputTokens();
                counts.chunks += times.chunks();
            }
            case FAILED -> counts.failed(cause(end));
            case CANCELLED -> counts.cancelled++;
        }
    }

    private static String cause(RequestEnd end) {
        return end.failure() == null ? "unknown" : end.failure().jsonName();
    }

    private RequestRecord record(
            RequestIdentity identity, RequestStamps stamps, ChunkTimes times, RunPhase phase, RequestEnd end) {
        boolean known = end.outcome() == RequestOutcome.COMPLETED && RequestShares.areKnown(stamps, times);
        return new RequestRecord(
                identity.index(),
                client,
                identity.target(),
                identity.session(),
                identity.turn(),
                phase,
                end.outcome(),
                stamps.scheduledNanos,
                stamps.capDelayNanos,
                orNull(stamps.startedNanos),
                orNull(stamps.connectNanos),
                orNull(stamps.sentNanos),
                orNull(times.firstChunkNanos()),
                orNull(times.firstOutputNanos()),
                orNull(times.doneNanos()),
                end.inputTokens(),
                end.outputTokens(),
                end.tokenSource(),
                times.chunks(),
                times.maximumGapNanos(),
                end.httpStatus() == 0 ? null : end.httpStatus(),
                end.failure() == null ? null : end.failure().jsonName(),
                end.detail(),
                identity.requestedOutputTokens(),
                end.outcome() == RequestOutcome.COMPLETED && times.chunks() > 0 ? times.chunksTogether() : null,
                end.outcome() == RequestOutcome.FAILED ? orNull(stamps.endedNanos) : null,
                end.response().equals(ResponseDetails.NONE) ? null : end.response(),
                known && times.chunks() > 0 ? RequestShares.ofFirstChunk(stamps, times) : null,
                known ? RequestShares.ofEnd(stamps, times) : null);
    }

    private static @Nullable Long orNull(long stamp) {
        return stamp == RequestStamps.NEVER ? null : stamp;
    }
}
