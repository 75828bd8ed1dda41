package aifactory.commandline.failure;

/** Servers that were started for a group did not become ready, for a permanent reason: the same would happen again. */
public final class ServersFailedFailure extends CommandFailure {
    private static final long serialVersionUID = 1;

    private final String cause;

    /** @param cause of the first server that failed, as text */
    public ServersFailedFailure(String message, String cause) {
        super(ExitCode.UNAVAILABLE, message);
        this.cause = cause;
    }

    /** Of the first server that failed, as text. */
    public String causeInWords() {
        return cause;
    }
}
