package aifactory.slurm.diagnosis;

/** How bad it is. */
public enum Verdict {
    /** Nothing is wrong. */
    FINE,
    /** It will start by itself. */
    WAITING,
    /** It will never start as it is: a user or an administrator has to change something. */
    BLOCKED,
    /** It ended otherwise than it should have. */
    FAILED,
    /** Slurm does not tell enough. */
    UNCERTAIN
}
