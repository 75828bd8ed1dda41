package aifactory.slurm;

/** What became of a request to cancel or signal a job. Nothing of it says that the job has ended: watch it end. */
public sealed interface ControlResult {
    /** Slurm took the request. {@code scancel} also takes one for a job that has ended or never was. */
    record Accepted() implements ControlResult {}

    /** There is no such job any more, or it is ending already. */
    record AlreadyEnded(String words) implements ControlResult {}

    /** The job is changing its state, or Slurm did not answer: ask again. */
    record TryAgain(String words) implements ControlResult {}

    /** Slurm or this gateway will not do it. */
    record Refused(Refusal refusal) implements ControlResult {}
}
