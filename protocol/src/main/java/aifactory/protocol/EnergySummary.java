package aifactory.protocol;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The energy that the nodes of the AI servers used in the measured window, {@code energy} of {@code summary.json}.
 * Present if servers were started for the run.
 *
 * @param windowS the length of the measured window
 * @param joules of all devices; null if there are none, or if the energy of one is not known for all of the window
 * @param idleWatts power of the same devices just before the run, with the servers ready and without load; null if it
 *     is not known
 * @param idleJoules the part of {@code joules} that the devices would have used without load
 * @param joulesPerOutputToken null without energy or output tokens; likewise the following
 * @param joulesPerToken per input or output token
 * @param joulesPerRequest per completed request
 * @param devices by node and identifier
 * @param notes what is missing, with the reason
 */
public record EnergySummary(
        double windowS,
        @Nullable Double joules,
        @Nullable Double wattHours,
        @Nullable Double gpuJoules,
        @Nullable Double cpuJoules,
        @Nullable Double idleWatts,
        @Nullable Double idleJoules,
        @Nullable Double joulesPerOutputToken,
        @Nullable Double joulesPerToken,
        @Nullable Double joulesPerRequest,
        @Nullable Double wattHoursPerOutputToken,
        @Nullable Double wattHoursPerToken,
        @Nullable Double wattHoursPerRequest,
        List<Device> devices,
        List<String> notes) {
    public static final double JOULES_PER_WATT_HOUR = 3600;

    public EnergySummary {
        devices = List.copyOf(Objects.requireNonNullElse(devices, List.of()));
        notes = List.copyOf(Objects.requireNonNullElse(notes, List.of()));
    }

    /**
     * One device.
     *
     * @param coveredShare of the window that its energy is known of, 0 to 1
     * @param joules in that time
     * @param wattsMean over that time; null if it is not known of any
     * @param idleWatts just before the run; null if it is not known
     */
    public record Device(
            String node,
            String id,
            PowerReport.Kind kind,
            String name,
            String source,
            double coveredShare,
            double joules,
            @Nullable Double wattsMean,
            @Nullable Double idleWatts) {}
}
