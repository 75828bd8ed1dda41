package aifactory.access;

/** An AI server that cannot be measured as asked. The message names the address, the cause and the remedy. */
public final class AiServerException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** What is wrong. */
    public enum Kind {
        /** Nothing answers, or not in time. */
        UNREACHABLE,
        /** It answers that it cannot serve now. */
        NOT_READY,
        /** It, the address, the key or the trust is not what is required: waiting does not help. */
        WRONG
    }

    AiServerException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
