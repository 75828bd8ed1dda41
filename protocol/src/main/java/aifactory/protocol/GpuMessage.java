package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client's GPUs did in an interval, part of a batch.
 *
 * @param problem why there is nothing to tell; null when there is
 * @param gpus one for each, means over the samples of the interval
 */
public record GpuMessage(@Nullable String problem, List<Gpu> gpus) {
    /** Maximum number of GPUs that one client may report. */
    public static final int MAXIMUM_GPUS = 64;

    public GpuMessage {
        gpus = List.copyOf(gpus);
    }

    /**
     * One GPU.
     *
     * @param index as the driver counts
     * @param utilizationPercent of the time in which something ran on it
     * @param memoryUsedMib the most of the interval
     * @param powerWatts null where the driver does not tell
     */
    public record Gpu(
            int index,
            String name,
            double utilizationPercent,
            double memoryUsedMib,
            double memoryTotalMib,
            @Nullable Double powerWatts) {}
}
