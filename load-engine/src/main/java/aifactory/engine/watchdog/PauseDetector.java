package aifactory.engine.watchdog;

import aifactory.measurement.MonotonicClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds the times in which the process as a whole did not run, for any reason: a garbage collection, a signal, a
 * machine that was suspended. A thread alone that waits for its turn is not a pause; so only the time counts in which
 * this detector's own thread and every event loop stood still together.
 */
public final class PauseDetector implements AutoCloseable {
    private static final long PERIOD_NANOS = 5_000_000;

    private final MonotonicClock clock;
    private final List<Pulse> eventLoops;
    private final Pulse own = new Pulse();
    private final Thread thread;
    private final List<Pulse.Gap> ownPending = new ArrayList<>();
    private final List<List<Pulse.Gap>> loopsPending = new ArrayList<>();
    private final AtomicLong beats = new AtomicLong();
    private volatile boolean closed;

    public PauseDetector(MonotonicClock clock, List<Pulse> eventLoops) {
        this.clock = clock;
        this.eventLoops = List.copyOf(eventLoops);
        eventLoops.forEach(pulse -> loopsPending.add(new ArrayList<>()));
        thread = Thread.ofPlatform().daemon().name("pause-detector").start(this::run);
    }

    private void run() {
        while (!closed) {
            own.beat(clock.nanoTime());
            beats.incrementAndGet();
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    /**
     * Waits until the detector's own thread has shown two more signs of life, the second of which began after the call.
     */
    void awaitBeat() throws InterruptedException {
        long enough = beats.get() + 2;
        while (beats.get() < enough) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /**
     * The longest pause found since the last call, in nanoseconds; 0 without a pause. A pause that one of the threads
     * has not noticed yet is found by the next call. To be called by one thread.
     */
    public long takeLongestPauseNanos() {
        ownPending.addAll(own.takeGaps());
        for (int i = 0; i < eventLoops.size(); i++) {
            loopsPending.get(i).addAll(eventLoops.get(i).takeGaps());
        }
        long longest = 0;
        for (Pulse.Gap gap : ownPending) {
            longest = Math.max(longest, commonNanos(gap));
        }
        forgetOld();
        return longest;
    }

    private long commonNanos(Pulse.Gap gap) {
        long common = gap.toNanos() - gap.fromNanos();
        for (List<Pulse.Gap> loop : loopsPending) {
            long best = 0;
            for (Pulse.Gap other : loop) {
                best = Math.max(best, gap.overlapNanos(other));
            }
            common = Math.min(common, best);
        }
        return common;
    }

    /**
     * Keeps for the next call what may still find its counterpart: a pause is noticed by every thread within moments.
     */
    private void forgetOld() {
        long horizon = clock.nanoTime() - 2_000_000_000L;
        ownPending.removeIf(gap -> gap.toNanos() < horizon);
        loopsPending.forEach(loop -> loop.removeIf(gap -> gap.toNanos() < horizon));
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
