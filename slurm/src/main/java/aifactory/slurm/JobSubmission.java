package aifactory.slurm;

import java.util.Map;
import java.util.TreeMap;

/**
 * A job as it is handed to Slurm.
 *
 * @param script the batch script, beginning with {@code #!}
 * @param environment variables for the job beyond those that every command gets; never secrets: Slurm stores them
 */
public record JobSubmission(JobOptions options, String script, Map<String, String> environment) {
    public JobSubmission {
        environment = Map.copyOf(new TreeMap<>(environment));
        for (String name : environment.keySet()) {
            if (name.equals("SLURM_JWT")) {
                throw new IllegalArgumentException("SLURM_JWT must not go into a job's environment; remove it");
            }
        }
    }

    /** By this the job is found again when the answer to its submission is lost. */
    public String name() {
        return options.name();
    }
}
