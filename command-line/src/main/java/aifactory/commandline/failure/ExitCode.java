package aifactory.commandline.failure;

/** The exit codes of the process. Scripts rely on these numbers. */
public enum ExitCode {
    DONE(0, "done"),
    /**
     * A check failed: an SLO, or more failed requests than {@code --max-failed}, {@code --max-errors} or
     * {@code --max-error-rate} allow.
     */
    CHECK_FAILED(1, "a check failed, or more requests failed than --max-failed or --max-errors allow"),
    /** Wrong usage or input. */
    WRONG_INPUT(2, "wrong usage or input"),
    /** The run is invalid or incomplete, or a wait timed out. */
    NOT_VALID(3, "the run is invalid or incomplete, or a wait timed out"),
    /** The AI server, the Client Service or Slurm cannot be reached. */
    UNAVAILABLE(4, "the AI server, the Client Service or Slurm is unavailable"),
    /** A fault of this program itself. Not one of the contract's outcomes, so that no script takes it for one. */
    INTERNAL_FAULT(70, "a fault of the program itself"),
    /** Interrupted by a signal; results so far are kept. */
    INTERRUPTED(130, "interrupted; results so far are kept");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** What it means, in the words of the program's help. */
    public String meaning() {
        return meaning;
    }

    /** The number that the process exits with. */
    public int number() {
        return number;
    }
}
