package aifactory.slurm;

/**
 * Slurm did not answer a question, so nothing is known; what was known before still stands. The message carries Slurm's
 * words.
 */
public final class SlurmUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    /** What did not answer. */
    public enum Cause {
        /** {@code slurmctld} cannot be reached or did not answer in time. */
        CONTROLLER,
        /** {@code slurmdbd} cannot be reached or did not answer in time. */
        ACCOUNTING,
        /** {@code slurmrestd} cannot be reached or did not answer in time. */
        REST_SERVICE,
        /** The caller was not recognised: munge is down, or a token is missing, wrong or expired. */
        AUTHENTICATION,
        /** An answer that makes no sense. */
        GARBAGE,
        /** Slurm's command is not installed where it was looked for. */
        COMMAND_MISSING
    }

    private final Cause cause;

    public SlurmUnavailableException(Cause cause, String message) {
        super(message);
        this.cause = cause;
    }

    /** Named so because {@link Throwable#getCause()} is taken. */
    public Cause unavailable() {
        return cause;
    }
}
