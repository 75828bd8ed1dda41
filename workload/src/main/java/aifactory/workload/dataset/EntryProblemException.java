package aifactory.workload.dataset;

/** What is wrong with one entry of a dataset; whoever reads the file adds its name and the place. */
final class EntryProblemException extends Exception {
    private static final long serialVersionUID = 1;

    EntryProblemException(String message) {
        super(message);
    }
}
