package aifactory.client.environment;

/** What the process was given does not work. The message is one line that names the value and the remedy. */
public final class ClientProblemException extends Exception {
    private static final long serialVersionUID = 1;

    public ClientProblemException(String message) {
        super(message);
    }
}
