package aifactory.service;

/** The service cannot start. The message is one line with the problem and the remedy. */
public final class ServiceStartException extends Exception {
    private static final long serialVersionUID = 1;

    public ServiceStartException(String message) {
        super(message);
    }

    public ServiceStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
