package aifactory.workload.dataset.source;

/** A dataset that cannot be used. The message names the file, the place in it, what is wrong, and the remedy. */
public final class DatasetException extends Exception {
    private static final long serialVersionUID = 1;

    public DatasetException(String message) {
        super(message);
    }
}
