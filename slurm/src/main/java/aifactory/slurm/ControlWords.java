package aifactory.slurm;

/** Tells from Slurm's words what became of a request to cancel or signal a job. */
public final class ControlWords {
    private ControlWords() {}

    /** @param words Slurm's, of a request that did not succeed */
    public static ControlResult read(String words) {
        if (words.contains("Invalid job id specified")
                || words.contains("already completing or completed")
                || words.contains("Job has already finished")) {
            return new ControlResult.AlreadyEnded(words);
        }
        if (words.contains("try again")
                || words.contains("Job is pending execution")
                || words.contains("Job is not running")
                || Refusals.saysNeverSent(words)
                || Refusals.saysAnswerWasLost(words)
                || words.contains("Resource temporarily unavailable")) {
            return new ControlResult.TryAgain(words);
        }
        return new ControlResult.Refused(Refusals.of(words));
    }
}
