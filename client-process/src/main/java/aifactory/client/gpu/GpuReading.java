package aifactory.client.gpu;

import org.jspecify.annotations.Nullable;

/**
 * One GPU at one moment.
 *
 * @param powerWatts null where the driver does not tell
 */
public record GpuReading(
        int index,
        String name,
        double utilizationPercent,
        double memoryUsedMib,
        double memoryTotalMib,
        @Nullable Double powerWatts) {}
