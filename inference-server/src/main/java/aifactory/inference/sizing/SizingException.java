package aifactory.inference.sizing;

/** A model that cannot be read, or a size that cannot be; the message names the value and the remedy. */
public final class SizingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SizingException(String message) {
        super(message);
    }

    public SizingException(String message, Throwable cause) {
        super(message, cause);
    }
}
