package aifactory.client.delivery;

/** The spool is full. The message names the bound and the remedy. */
public final class SpoolOverflowException extends Exception {
    private static final long serialVersionUID = 1;

    /** The error's name in completions and logs. */
    public static final String NAME = "spool_overflow";

    SpoolOverflowException(String message) {
        super(NAME + ": " + message);
    }
}
