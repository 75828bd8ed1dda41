package aifactory.engine.stamp;

import aifactory.measurement.MonotonicClock;
import java.time.InstantSource;

/**
 * How one event loop stamps what it reads: by the kernel's stamps, where there are any.
 *
 * <p>Belongs to its event loop.
 */
public final class LoopStamps {
    private final MonotonicClock clock;
    private final ArrivalClock arrivals;
    private final RoundClock rounds;
    private final Arrival arrival = new Arrival();

    public LoopStamps(MonotonicClock clock, InstantSource wallClock, RoundClock rounds) {
        this.clock = clock;
        this.rounds = rounds;
        this.arrivals = new ArrivalClock(clock, wallClock);
    }

    /**
     * Stamps a read that has just been made.
     *
     * @param kernelNanos the kernel's stamp, or {@link ArrivalClock#NO_STAMP}
     * @param earliestNanos before which nothing of it can have arrived on this connection; the later of that and of
     *      what the event loop's rounds say holds
     * @return valid until the next read
     */
    public Arrival stamp(long kernelNanos, long earliestNanos) {
        stamp(kernelNanos, earliestNanos, arrival);
        return arrival;
    }

    /** The same into an object of the caller's. */
    public void stamp(long kernelNanos, long earliestNanos, Arrival into) {
        arrivals.stamp(kernelNanos, clock.nanoTime(), Math.max(earliestNanos, rounds.arrivedAfterNanos()), into);
    }

    /**
     * How long the network and the server took to open a connection that has just been found open: as the kernel
     * measured it, or else as long as it was certainly not open.
     *
     * @param beganNanos before connecting
     */
    public long openingOfOthersNanos(StampingSocketReader reader, int descriptor, long beganNanos) {
        long now = clock.nanoTime();
        long roundTrip = reader.askAbout(descriptor) ? reader.roundTripNanos() : 0;
        long certain = now - lateAtMostNanos(now) - beganNanos;
        return Math.clamp(Math.max(roundTrip, certain), 0, Math.max(0, now - beganNanos));
    }

    /** Stamps a read that has just been made of a connection on which the kernel stamps nothing. */
    public Arrival unbounded() {
        arrival.unbounded(clock.nanoTime());
        return arrival;
    }

    /** By how much an event that the event loop has just been notified of may have happened earlier. */
    public long lateAtMostNanos(long nowNanos) {
        return Math.max(0, nowNanos - rounds.arrivedAfterNanos());
    }

    /** Of the wall clock, by which the kernel stamps; compare it often. */
    public WallClockOffset wallClock() {
        return arrivals.offset();
    }
}
