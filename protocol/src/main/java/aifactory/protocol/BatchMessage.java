package aifactory.protocol;

import aifactory.measurement.RequestRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /client-group/{id}/clients/{client}/batches}: what a client measured in one interval. Batches are
 * numbered from 0 without gaps per client and run. Acknowledged once durable; a resent one is not counted twice.
 *
 * @param last set on the run's final batch, which also states how the client's part ended
 * @param records of the requests that ended in the interval; a long interval is split over several batches, of which
 *      only the first carries the interval
 * @param interval null in the continuation of an interval that was split
 * @param completion with the last batch
 * @param gpus with an interval, if GPUs are sampled; null otherwise
 */
public record BatchMessage(
        String runId,
        long sequence,
        boolean last,
        @Nullable IntervalMessage interval,
        List<RequestRecord> records,
        @Nullable ClientCompletion completion,
        @Nullable GpuMessage gpus) {

    /** A batch without GPU samples. */
    public BatchMessage(
            String runId,
            long sequence,
            boolean last,
            @Nullable IntervalMessage interval,
            List<RequestRecord> records,
            @Nullable ClientCompletion completion) {
        this(runId, sequence, last, interval, records, completion, null);
    }

    /** The most records that one batch may carry. */
    public static final int MAXIMUM_RECORDS = 10_000;

    /**
     * How a client's part of a run ended.
     *
     * @param actualStartOffsetNanos the real start less the ordered one, on the client's clock
     * @param stopped whether it was stopped before its end
     * @param error null, or why it broke off
     * @param windowStartNanos start of the measured window since T0
     * @param windowEndNanos the later of the measured window's planned end and the end of its last request
     * @param eventLoops how many event loops it used
     * @param datasetEntries of the workload's dataset; null without one
     */
    public record ClientCompletion(
            long actualStartOffsetNanos,
            boolean stopped,
            @Nullable String error,
            long windowStartNanos,
            long windowEndNanos,
            int eventLoops,
            @Nullable Long datasetEntries) {}
}
