package aifactory.service.dispatch;

/** A value of a group's request cannot be used, so nothing was started. The message names the value and the remedy. */
public final class InvalidOrderException extends Exception {
    private static final long serialVersionUID = 1;

    private final String field;

    /**
     * @param field the member of the group's request that is at fault
     */
    public InvalidOrderException(String field, String message) {
        super(message);
        this.field = field;
    }

    /** The member of the group's request that is at fault. */
    public String field() {
        return field;
    }
}
