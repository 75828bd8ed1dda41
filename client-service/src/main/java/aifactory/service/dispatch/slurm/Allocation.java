package aifactory.service.dispatch.slurm;

import aifactory.slurm.HostList;
import aifactory.slurm.JobId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The job that this process runs in.
 *
 * @param nodes that it has
 * @param components the nodes of each component of a heterogeneous allocation; empty for any other
 * @param cpusPerTask for each client
 * @param cluster its name, null where Slurm does not tell
 * @param startedAt when the job began, null where Slurm does not tell, as before 23.02
 */
public record Allocation(
        JobId job,
        List<String> nodes,
        int cpusPerTask,
        @Nullable String cluster,
        @Nullable Instant startedAt,
        List<List<String>> components) {
    private static final int MOST_COMPONENTS = 128;

    public Allocation {
        nodes = List.copyOf(nodes);
        components = components.stream().map(List::copyOf).toList();
    }

    /** As Slurm tells in the environment; empty outside a job. */
    public static Optional<Allocation> of(Map<String, String> environment) {
        String job = environment.get("SLURM_JOB_ID");
        String nodes = environment.get("SLURM_JOB_NODELIST");
        if (job == null || nodes == null) {
            return Optional.empty();
        }
        try {
            List<List<String>> components = components(environment);
            return Optional.of(new Allocation(
                    JobId.parse(job),
                    components.isEmpty()
                            ? HostList.expand(nodes)
                            : components.stream()
                                    .flatMap(List::stream)
                                    .distinct()
                                    .toList(),
                    cpus(environment),
                    environment.get("SLURM_CLUSTER_NAME"),
                    startedAt(environment.get("SLURM_JOB_START_TIME")),
                    components));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** {@code SLURM_JOB_NODELIST} of a heterogeneous job is that of its first component. */
    private static List<List<String>> components(Map<String, String> environment) {
        String size = environment.getOrDefault("SLURM_HET_SIZE", "");
        List<List<String>> components = new ArrayList<>();
        for (int component = 0; size.matches("[1-9][0-9]{0,2}") && component < Integer.parseInt(size); component++) {
            String nodes = environment.get("SLURM_JOB_NODELIST_HET_GROUP_" + component);
            if (nodes == null || component >= MOST_COMPONENTS) {
                return List.of();
            }
            components.add(HostList.expand(nodes));
        }
        return List.copyOf(components);
    }

    private static @Nullable Instant startedAt(@Nullable String seconds) {
        return seconds == null || !seconds.matches("[1-9][0-9]{0,11}")
                ? null
                : Instant.ofEpochSecond(Long.parseLong(seconds));
    }

    private static int cpus(Map<String, String> environment) {
        for (String name : List.of("SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE")) {
            String value = environment.get(name);
            if (value != null && value.matches("[1-9][0-9]{0,4}")) {
                return Integer.parseInt(value);
            }
        }
        return 1;
    }
}
