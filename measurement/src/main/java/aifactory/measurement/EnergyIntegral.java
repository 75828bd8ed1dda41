package aifactory.measurement;

/**
 * The energy of a device from readings of its power, by the trapezoidal rule: the energy between two readings is the
 * mean of both times the time between them. No energy is assumed for a gap without readings that is longer than
 * {@link #LONGEST_GAP_NANOS}; {@link #coveredNanos()} is the time without such gaps.
 *
 * <p>Not thread-safe.
 */
public final class EnergyIntegral {
    /** Tools that hang are killed earlier than that. */
    public static final long LONGEST_GAP_NANOS = 30_000_000_000L;

    private static final double NANOS_PER_SECOND = 1e9;

    private boolean started;
    private long lastNanos;
    private double lastWatts;
    private double joules;
    private long coveredNanos;

    /**
     * Adds a reading of the power.
     *
     * @param nanos on a monotonic clock; a reading that is not later than the last one is ignored
     * @throws IllegalArgumentException if the power is negative or not finite
     */
    public void addPower(long nanos, double watts) {
        if (!(watts >= 0 && watts < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("power of " + watts + " W");
        }
        long gap = nanos - lastNanos;
        if (started && gap <= 0) {
            return;
        }
        if (started && gap <= LONGEST_GAP_NANOS) {
            joules += (lastWatts + watts) / 2 * (gap / NANOS_PER_SECOND);
            coveredNanos += gap;
        }
        started = true;
        lastNanos = nanos;
        lastWatts = watts;
    }

    /** Since the first reading, without the gaps. */
    public double joules() {
        return joules;
    }

    /** How much of the time since the first reading the energy is known of. */
    public long coveredNanos() {
        return coveredNanos;
    }
}
