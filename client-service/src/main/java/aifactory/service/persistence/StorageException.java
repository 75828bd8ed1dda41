package aifactory.service.persistence;

/** The database does not take or give what it should: a full disk, a lost directory. The message says what to do. */
public final class StorageException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean outcomeUnknown;

    public StorageException(String message) {
        super(message);
        this.outcomeUnknown = false;
    }

    public StorageException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private StorageException(String message, Throwable cause, boolean outcomeUnknown) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** The database does not answer whether something was stored. */
    static StorageException outcomeUnknown(String message, Throwable cause) {
        return new StorageException(message, cause, true);
    }

    /** The same for the thread that waits for it. */
    StorageException again() {
        return new StorageException(String.valueOf(getMessage()), this, outcomeUnknown);
    }

    /** Whether it may yet turn out that something was written; else nothing was. */
    public boolean isOutcomeUnknown() {
        return outcomeUnknown;
    }
}
