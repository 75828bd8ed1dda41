package aifactory.workload;

/** The unit of the numbers that a trace has for times. */
public enum TimeUnitName {
    S(1e9, "seconds"),
    MS(1e6, "milliseconds"),
    US(1e3, "microseconds"),
    NS(1, "nanoseconds");

    private final double nanos;
    private final String plural;

    TimeUnitName(double nanos, String plural) {
        this.nanos = nanos;
        this.plural = plural;
    }

    /** Nanoseconds in one of the unit. */
    public double nanos() {
        return nanos;
    }

    public String plural() {
        return plural;
    }
}
