package aifactory.simulator.internal.generation;

import org.jspecify.annotations.Nullable;

/** A request that cannot be answered as it is. */
public final class InvalidRequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final @Nullable String parameter;

    /** A message for the client and the member of the request that it is about, if it is about one. */
    public InvalidRequestException(String message, @Nullable String parameter) {
        super(message);
        this.parameter = parameter;
    }

    /** What the message says. */
    public String text() {
        return String.valueOf(getMessage());
    }

    /** The member that is wrong; null when it is the whole body. */
    public @Nullable String parameter() {
        return parameter;
    }
}
