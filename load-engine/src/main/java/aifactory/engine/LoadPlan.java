package aifactory.engine;

import aifactory.workload.GroupShare;
import aifactory.workload.WorkloadSpecification;
import java.net.URI;
import java.util.List;

/**
 * What one client has to generate.
 *
 * @param salt makes the run's prompts its own
 * @param specification the load of the whole group
 * @param targets the AI servers' addresses, without a path; at least one
 * @param share this client's part
 */
public record LoadPlan(
        String runId, String salt, WorkloadSpecification specification, List<URI> targets, GroupShare share) {
    public LoadPlan {
        targets = List.copyOf(targets);
    }
}
