package aifactory.slurm.watch;

/** A job could not be stopped, or not be seen to stop; it may still be there. The message says what to do. */
public final class JobNotStoppedException extends Exception {
    private static final long serialVersionUID = 1;

    public JobNotStoppedException(String message) {
        super(message);
    }
}
