package aifactory.commandline.campaign;

import aifactory.capacity.SearchBounds;
import aifactory.commandline.load.ServiceLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code find_capacity} of a campaign file.
 *
 * @param vary {@code request_rate} or {@code concurrency}
 * @param serviceLevels that the capacity has to meet; may be empty where an attainment is asked
 * @param attainment share of requests that have to meet the workload's {@code goodput}; null when none is asked
 * @param maxFailedShare share of requests that may fail in a step that meets the targets
 * @param maxClients that may be used when the clients are the limit
 */
public record CapacityTargets(
        String vary,
        SearchBounds bounds,
        List<ServiceLevel> serviceLevels,
        @Nullable Double attainment,
        double maxFailedShare,
        int maxClients) {
    public CapacityTargets {
        serviceLevels = List.copyOf(serviceLevels);
    }
}
