package aifactory.measurement;

/** The clock that stamps are taken from. Only differences of its readings mean anything. */
@FunctionalInterface
public interface MonotonicClock {
    /** The clock of this machine. */
    MonotonicClock SYSTEM = System::nanoTime;

    /** Nanoseconds since an arbitrary instant; never goes back. */
    long nanoTime();
}
