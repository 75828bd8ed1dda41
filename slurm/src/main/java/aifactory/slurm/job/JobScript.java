package aifactory.slurm.job;

import aifactory.slurm.JobOptions;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.command.SlurmCommands;
import java.util.List;
import java.util.Map;

/**
 * A job that is ready to be handed to Slurm.
 *
 * @param options every option, also those that the script repeats for its reader; of the first component of a
 *     heterogeneous job
 * @param furtherComponents of a heterogeneous job; empty for any other
 * @param text the batch script
 */
public record JobScript(JobOptions options, List<JobOptions> furtherComponents, String text) {
    public JobScript {
        furtherComponents = List.copyOf(furtherComponents);
    }

    public JobSubmission submission() {
        return new JobSubmission(options, furtherComponents, text, Map.of());
    }

    /** What {@code --dry-run} prints: the command and the script that it would get on standard input. */
    public String render() {
        return "# " + SlurmCommands.show(SlurmCommands.submit(submission())) + "\n" + text;
    }
}
