package aifactory.service.dispatch.slurm;

import aifactory.slurm.HostList;
import aifactory.slurm.JobId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The job that this process runs in.
 *
 * @param nodes that it has
 * @param cpusPerTask for each client
 * @param cluster its name, null where Slurm does not tell
 * @param startedAt when the job began, null where Slurm does not tell, as before 23.02
 */
public record Allocation(
        JobId job,
        List<String> nodes,
        int cpusPerTask,
        @Nullable String cluster,
        @Nullable Instant startedAt) {
    public Allocation {
        nodes = List.copyOf(nodes);
    }

    /** As Slurm tells in the environment; empty outside a job. */
    public static Optional<Allocation> of(Map<String, String> environment) {
        String job = environment.get("SLURM_JOB_ID");
        String nodes = environment.get("SLURM_JOB_NODELIST");
        if (job == null || nodes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Allocation(
                    JobId.parse(job),
                    HostList.expand(nodes),
                    cpus(environment),
                    environment.get("SLURM_CLUSTER_NAME"),
                    startedAt(environment.get("SLURM_JOB_START_TIME"))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
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
