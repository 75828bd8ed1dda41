package aifactory.service.persistence;

/** The database does not take or give what it should: a full disk, a lost directory. The message says what to do. */
public final class StorageException extends Exception {
    private static final long serialVersionUID = 1;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
