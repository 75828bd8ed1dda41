package aifactory.service.dispatch;

/** The other side could not be asked, or did not answer. The message says what was tried and what to do. */
public final class DispatchUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    public DispatchUnavailableException(String message) {
        super(message);
    }

    public DispatchUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
