package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the clients' GPUs did over a run, {@code gpus} of {@code summary.json}. Present when sampling was asked for.
 *
 * @param notes of clients without samples, with the reasons
 * @param gpus by client and index
 */
public record GpuSummary(List<String> notes, List<Gpu> gpus) {
    /**
     * One GPU of one client.
     *
     * @param client the client's name
     * @param memoryUsedMibMax at any time of the run
     * @param powerWattsMean null where the driver does not tell
     * @param energyWattHours mean power times the time it was sampled over; null where the driver does not tell
     * @param timeline at most 120 points over the run
     */
    public record Gpu(
            String client,
            int index,
            String name,
            int samples,
            double utilizationPercentMean,
            double utilizationPercentMax,
            double memoryUsedMibMax,
            double memoryTotalMib,
            @Nullable Double powerWattsMean,
            @Nullable Double powerWattsMax,
            @Nullable Double energyWattHours,
            List<Point> timeline) {}

    /**
     * A stretch of time.
     *
     * @param second its beginning, since T0
     */
    public record Point(
            double second,
            double utilizationPercent,
            double memoryUsedMib,
            @Nullable Double powerWatts) {}
}
