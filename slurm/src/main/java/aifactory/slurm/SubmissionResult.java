package aifactory.slurm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a submission. */
public sealed interface SubmissionResult {
    /**
     * Slurm has the job.
     *
     * @param cluster named where Slurm named it
     * @param messages what Slurm or a site's plug-in said besides, warnings for instance
     */
    record Submitted(JobId id, @Nullable String cluster, List<String> messages) implements SubmissionResult {
        public Submitted {
            messages = List.copyOf(messages);
        }
    }

    /** Slurm said no; there is no job. */
    record Refused(Refusal refusal) implements SubmissionResult {}

    /** The request did not reach Slurm; there is no job. */
    record Unreachable(String words) implements SubmissionResult {}

    /** There may be a job, and there may be none: look for its name before submitting again. */
    record Ambiguous(String words) implements SubmissionResult {}
}
