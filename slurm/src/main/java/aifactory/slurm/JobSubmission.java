package aifactory.slurm;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A job as it is handed to Slurm.
 *
 * @param options of the job, or of the first component of a heterogeneous job
 * @param furtherComponents of a heterogeneous job; empty for any other. The script repeats the options of all
 *     components
 * @param script the batch script, beginning with {@code #!}
 * @param environment variables for the job beyond those that every command gets; never secrets: Slurm stores them
 */
public record JobSubmission(
        JobOptions options, List<JobOptions> furtherComponents, String script, Map<String, String> environment) {
    public JobSubmission {
        furtherComponents = List.copyOf(furtherComponents);
        environment = Map.copyOf(new TreeMap<>(environment));
        for (String name : environment.keySet()) {
            if (name.equals("SLURM_JWT")) {
                throw new IllegalArgumentException("SLURM_JWT must not go into a job's environment; remove it");
            }
        }
    }

    public JobSubmission(JobOptions options, String script, Map<String, String> environment) {
        this(options, List.of(), script, environment);
    }

    public boolean isHeterogeneous() {
        return !furtherComponents.isEmpty();
    }

    /** By this the job is found again when the answer to its submission is lost. */
    public String name() {
        return options.name();
    }
}
