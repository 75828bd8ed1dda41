package aifactory.service.dispatch;

import org.jspecify.annotations.Nullable;

/** The job was refused and does not exist. The message contains the other side's reason and the remedy. */
public final class DispatchRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final @Nullable String field;

    /**
     * @param field the member of the group's request that is at fault, where one is
     */
    public DispatchRefusedException(@Nullable String field, String message) {
        super(message);
        this.field = field;
    }

    /** The member of the group's request that is at fault, where one is. */
    public @Nullable String field() {
        return field;
    }
}
