package aifactory.workload.dataset.entry;

/** A problem of one entry of a dataset. The reader of the file adds its name and the place. */
public final class EntryProblemException extends Exception {
    private static final long serialVersionUID = 1;

    public EntryProblemException(String message) {
        super(message);
    }
}
