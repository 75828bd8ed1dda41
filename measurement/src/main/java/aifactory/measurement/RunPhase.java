package aifactory.measurement;

/** The part of a run in which a request was scheduled. Only those of {@link #MEASURED} count in the metrics. */
public enum RunPhase {
    WARMUP,
    MEASURED,
    COOLDOWN
}
