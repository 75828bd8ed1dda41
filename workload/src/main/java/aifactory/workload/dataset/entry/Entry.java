package aifactory.workload.dataset.entry;

/** One entry of a dataset. */
public sealed interface Entry permits SessionEntry, TracedTurn, Entry.LeftOut {
    /** The time of an entry that has none. */
    long NO_TIME = Long.MIN_VALUE;

    /** The time at which it is due, in nanoseconds on the timeline of the file, or {@link #NO_TIME}. */
    long timestampNanos();

    /**
     * An entry that is correct and has nothing to send.
     *
     * @param reason in a few words, such as "no turn of a user"
     */
    record LeftOut(String reason) implements Entry {
        @Override
        public long timestampNanos() {
            return NO_TIME;
        }
    }
}
