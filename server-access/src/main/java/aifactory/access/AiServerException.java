package aifactory.access;

/** An AI server that cannot be measured as asked. The message names the address, the cause and the remedy. */
public final class AiServerException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final boolean lacksModels;

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
        this(kind, false, message);
    }

    AiServerException(Kind kind, boolean lacksModels, String message) {
        super(message);
        this.kind = kind;
        this.lacksModels = lacksModels;
    }

    /** Whether nothing but a list of models is missing, which a run that names its model does without. */
    public boolean lacksModels() {
        return lacksModels;
    }

    public Kind kind() {
        return kind;
    }
}
