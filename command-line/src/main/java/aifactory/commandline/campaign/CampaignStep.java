package aifactory.commandline.campaign;

import aifactory.commandline.benchmark.TimeLimit;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One kind of run of a campaign.
 *
 * @param name what sets it apart from the others, for instance {@code num_clients=4 request_rate=40}
 * @param serverArguments what its servers are started with; empty where none are started
 * @param specification the same load as the clients will get it
 */
public record CampaignStep(
        String name,
        int numClients,
        Map<String, Object> serverArguments,
        WorkloadRequest workload,
        WorkloadSpecification specification) {
    /** Arming, draining and delivering around the planned time. */
    private static final Duration AROUND = Duration.ofSeconds(15);

    /** The total duration; null if it ends by a count and its duration is unknown. */
    public @Nullable Duration needed() {
        Duration planned = specification.plannedDuration();
        return planned == null ? null : planned.plus(AROUND);
    }

    /** The remaining time that a group must have for it: its duration, or the time limit of a single benchmark. */
    public Duration allowed() {
        Duration needed = needed();
        return needed == null ? Duration.ofMinutes(TimeLimit.minutesFor(specification)) : needed;
    }
}
