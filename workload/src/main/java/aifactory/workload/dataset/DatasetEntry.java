package aifactory.workload.dataset;

/** One entry of a dataset: what one session, or one request that stands alone, says. */
interface DatasetEntry {
    /** Returned where an entry has no time. */
    long NO_TIME = -1;

    /** The user's turns; 0 for an entry that has nothing to send. */
    int turns();

    /** When it is due, in nanoseconds on the file's own time line, or {@link #NO_TIME}. */
    long timestampNanos();
}
