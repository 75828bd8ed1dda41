package aifactory.node.environment;

/** What the process was given does not work. The message is one line that names the value and the remedy. */
public final class NodeProblemException extends Exception {
    private static final long serialVersionUID = 1;

    public NodeProblemException(String message) {
        super(message);
    }
}
