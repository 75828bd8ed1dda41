package aifactory.slurm.job;

/** A job that must not be built. The message names the value and the remedy. */
public final class InvalidJobException extends Exception {
    private static final long serialVersionUID = 1;
    private final String field;

    public InvalidJobException(String field, String message) {
        super(message);
        this.field = field;
    }

    /** The name of the value at fault, as users know it: {@code partition}, {@code time_limit}, … */
    public String field() {
        return field;
    }
}
