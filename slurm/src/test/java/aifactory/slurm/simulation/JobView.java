package aifactory.slurm.simulation;

import aifactory.slurm.JobState;
import java.util.List;
import java.util.Map;

/**
 * A simulated job as a test may look at it.
 *
 * @param options of {@code sbatch}, long names without dashes
 * @param environment that the job got
 */
public record JobView(
        long id,
        String name,
        JobState state,
        String reason,
        List<String> nodes,
        int restarts,
        Map<String, String> options,
        String script,
        Map<String, String> environment) {
    static JobView of(SimulatedJob job) {
        return new JobView(
                job.id,
                job.name(),
                job.state,
                job.reason,
                List.copyOf(job.nodes),
                job.restarts,
                Map.copyOf(job.options),
                job.script,
                Map.copyOf(job.environment));
    }
}
