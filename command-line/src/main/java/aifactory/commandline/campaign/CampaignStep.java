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

    /** How long it takes in all; null where it ends by a count that takes nobody knows how long. */
    public @Nullable Duration needed() {
        Duration planned = specification.plannedDuration();
        return planned == null ? null : planned.plus(AROUND);
    }

    /** What a group has to have left for it: as long as it takes, or as a benchmark of its own would be given. */
    public Duration allowed() {
        Duration needed = needed();
        return needed == null ? Duration.ofMinutes(TimeLimit.minutesFor(specification)) : needed;
    }
}
