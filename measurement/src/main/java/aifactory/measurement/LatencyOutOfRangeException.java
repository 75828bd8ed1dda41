package aifactory.measurement;

/**
 * A latency below zero or above one hour. The first is a fault of a clock or a stamp, the second beyond what is
 * measured.
 */
public final class LatencyOutOfRangeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public LatencyOutOfRangeException(long nanos) {
        super("a latency of " + nanos + " ns is outside 0 to one hour");
    }
}
