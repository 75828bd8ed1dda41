package aifactory.slurm.simulation;

/** What can go wrong with one submission. */
public enum SubmissionFault {
    /** The controller takes the job, the answer does not arrive: "Socket timed out on send/recv operation". */
    ANSWER_LOST_JOB_MADE,
    /** The request does not arrive, and nothing tells that it did not: the same words. */
    ANSWER_LOST_NO_JOB,
    /** {@code sbatch} is killed after the controller took the job. */
    KILLED_JOB_MADE,
    /** {@code sbatch} is killed before. */
    KILLED_NO_JOB,
    /** The job is made, and {@code sbatch} prints something else than its id. */
    GARBAGE_JOB_MADE,
    /** The request arrives twice. */
    JOB_MADE_TWICE,
    /** The controller is too busy: "Unable to create job record, try again". */
    TRY_AGAIN
}
