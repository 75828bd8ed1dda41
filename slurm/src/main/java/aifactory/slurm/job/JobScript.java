package aifactory.slurm.job;

import aifactory.slurm.JobOptions;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.command.SlurmCommands;
import java.util.Map;

/**
 * A job that is ready to be handed to Slurm.
 *
 * @param options every option, also those that the script repeats for its reader
 * @param text the batch script
 */
public record JobScript(JobOptions options, String text) {
    public JobSubmission submission() {
        return new JobSubmission(options, text, Map.of());
    }

    /** What {@code --dry-run} prints: the command and the script that it would get on standard input. */
    public String render() {
        return "# " + SlurmCommands.show(SlurmCommands.submit(options)) + "\n" + text;
    }
}
