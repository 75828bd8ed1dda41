package aifactory.service.runs;

/** A batch that does not follow the last durable one. */
public final class BatchConflict extends Exception {
    private static final long serialVersionUID = 1;

    private final String runId;
    private final long expectedSequence;

    public BatchConflict(String runId, long sequence, long expectedSequence) {
        super("batch " + sequence + " of run " + runId + " is out of order: batch " + expectedSequence
                + " is expected; send that batch first");
        this.runId = runId;
        this.expectedSequence = expectedSequence;
    }

    public String runId() {
        return runId;
    }

    public long expectedSequence() {
        return expectedSequence;
    }
}
