package aifactory.engine;

import org.jspecify.annotations.Nullable;

/**
 * How a load ended.
 *
 * @param actualStartOffsetNanos the first event loop's start less the ordered T0
 * @param stopped whether {@link PreparedLoad#stop()} ended it before its time
 * @param error null, or why it broke off, with the remedy
 * @param windowStartNanos start of the measured window since T0
 * @param windowEndNanos the later of the measured window's planned end and the end of its last request, since T0
 * @param eventLoops how many event loops generated it
 * @param datasetEntries of the workload's dataset; null without one
 */
public record LoadCompletion(
        long actualStartOffsetNanos,
        boolean stopped,
        @Nullable String error,
        long windowStartNanos,
        long windowEndNanos,
        int eventLoops,
        @Nullable Long datasetEntries) {

    /** Of a workload without a dataset. */
    public LoadCompletion(
            long actualStartOffsetNanos,
            boolean stopped,
            @Nullable String error,
            long windowStartNanos,
            long windowEndNanos,
            int eventLoops) {
        this(actualStartOffsetNanos, stopped, error, windowStartNanos, windowEndNanos, eventLoops, null);
    }
}
