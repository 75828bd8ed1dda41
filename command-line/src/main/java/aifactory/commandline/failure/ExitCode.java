package aifactory.commandline.failure;

/** What the process tells its caller. Scripts rely on these numbers. */
public enum ExitCode {
    DONE(0),
    /** A check failed: an SLO, or more failed requests than {@code --max-failed}. */
    CHECK_FAILED(1),
    /** Wrong usage or input. */
    WRONG_INPUT(2),
    /** The run is invalid or incomplete, or a wait timed out. */
    NOT_VALID(3),
    /** The AI server, the Client Service or Slurm cannot be reached. */
    UNAVAILABLE(4),
    /** A fault of this program itself. Not one of the contract's outcomes, so that no script takes it for one. */
    INTERNAL_FAULT(70),
    /** Interrupted by a signal; results so far are kept. */
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The number that the process exits with. */
    public int number() {
        return number;
    }
}
