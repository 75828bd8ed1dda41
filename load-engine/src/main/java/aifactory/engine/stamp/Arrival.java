package aifactory.engine.stamp;

/**
 * When the bytes of one read of a socket arrived, in nanoseconds on the monotonic clock. The stamp is that of the last
 * of them; the bytes before may have arrived earlier, since what lies unread in a socket is merged by the kernel and
 * carries the stamp of the last.
 *
 * <p>Reused from read to read; belongs to one event loop.
 */
public final class Arrival {
    private long nanos;
    private long widthNanos;
    private long notBeforeNanos;
    private boolean bounded;
    private boolean exact;

    /** The kernel's stamp of the last byte. */
    void kernel(long stampNanos, long uncertaintyNanos, long earliestNanos) {
        set(stampNanos, uncertaintyNanos, earliestNanos, true);
        exact = true;
    }

    /**
     * The process's stamp of a read that the kernel did not stamp, or not credibly.
     *
     * @param earliestNanos before which the bytes were not there
     */
    void process(long readNanos, long earliestNanos) {
        set(readNanos, Math.max(0, readNanos - earliestNanos), earliestNanos, true);
    }

    /** The process's stamp, where the kernel stamps nothing: how much earlier the bytes arrived is not known. */
    public void unbounded(long readNanos) {
        set(readNanos, 0, readNanos, false);
    }

    private void set(long stamp, long width, long earliest, boolean known) {
        nanos = stamp;
        widthNanos = width;
        notBeforeNanos = earliest;
        bounded = known;
        exact = false;
    }

    /** The stamp of the last byte. */
    public long nanos() {
        return nanos;
    }

    /** By how much the last byte may have arrived earlier. */
    public long widthNanos() {
        return widthNanos;
    }

    /** By how much bytes before the last may have arrived earlier, when they came in other segments. */
    public long coalescedWidthNanos() {
        return Math.max(widthNanos, nanos - notBeforeNanos);
    }

    /** The last bytes of the read are not of use yet: what is of use arrived before them. */
    public void cutOff() {
        exact = false;
    }

    /** Whether the kernel stamped the last byte. */
    public boolean isExact() {
        return exact;
    }

    /** Whether the widths are known. */
    public boolean isBounded() {
        return bounded;
    }
}
