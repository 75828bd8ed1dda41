package aifactory.slurm;

/**
 * Slurm answered, and said no.
 *
 * @param words Slurm's own words
 * @param remedy what to do about it
 */
public record Refusal(Kind kind, String words, String remedy) {
    /** What was refused. */
    public enum Kind {
        PARTITION,
        ACCOUNT,
        QOS,
        NODE_COUNT,
        NODE_LIST,
        TIME_LIMIT,
        GENERIC_RESOURCE,
        CONSTRAINT,
        CPUS,
        MEMORY,
        RESERVATION,
        LICENSE,
        DEPENDENCY,
        SUBMIT_LIMIT,
        ACCOUNTING_POLICY,
        PERMISSION,
        SUBMISSIONS_DISABLED,
        SCRIPT,
        OPTION,
        CLUSTER,
        /** Slurm is too busy for this now; the same request may succeed later. */
        TRY_AGAIN,
        OTHER
    }

    @Override
    public String toString() {
        return words + ". " + remedy;
    }
}
