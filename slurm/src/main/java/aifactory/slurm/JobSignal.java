package aifactory.slurm;

/** Signals that are sent to the steps of a job, never to its batch script. */
public enum JobSignal {
    /** Ends the client processes with their results flushed. */
    TERM(15),
    INT(2),
    USR1(10),
    USR2(12);

    private final int number;

    JobSignal(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
