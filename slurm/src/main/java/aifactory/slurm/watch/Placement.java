package aifactory.slurm.watch;

import aifactory.slurm.JobId;
import aifactory.slurm.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a submission in the end. */
public sealed interface Placement {
    /**
     * There is exactly one job.
     *
     * @param messages what Slurm said besides
     * @param cancelledDuplicates further jobs that the submission had brought about
     */
    record Placed(JobId id, @Nullable String cluster, List<String> messages, List<JobId> cancelledDuplicates)
            implements Placement {
        public Placed {
            messages = List.copyOf(messages);
            cancelledDuplicates = List.copyOf(cancelledDuplicates);
        }
    }

    /** Slurm said no; there is no job. */
    record Refused(Refusal refusal) implements Placement {}

    /** Slurm was not reached; there is no job. */
    record Unreachable(String words) implements Placement {}

    /**
     * Slurm stopped answering in the middle of it: there may be a job of this name. Look for the name again later, or
     * have it cancelled when seen ({@link SlurmPoller#cancelWhenSeen}).
     */
    record Unresolved(String name, String words) implements Placement {}
}
