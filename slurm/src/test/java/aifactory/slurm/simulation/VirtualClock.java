package aifactory.slurm.simulation;

import aifactory.slurm.SlurmClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Virtual time that a test advances, with scheduled actions. Thread-safe; actions run on the thread that
 * advances the time, one after another.
 */
public final class VirtualClock implements SlurmClock {
    private record Event(Instant at, long order, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparingLong(Event::order));
    private Instant now;
    private long order;
    private boolean pauseAdvances = true;

    public VirtualClock(Instant start) {
        now = start;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    /** Whether {@link #pause} advances the time itself (the initial state) or waits for another thread to do so. */
    public synchronized void pauseAdvances(boolean advances) {
        pauseAdvances = advances;
        notifyAll();
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before a pause of virtual time");
        }
        synchronized (this) {
            Instant end = now.plus(duration);
            while (!pauseAdvances) {
                if (!now.isBefore(end)) {
                    return;
                }
                wait();
            }
        }
        advance(duration);
    }

    /** Lets time pass; everything that is due meanwhile happens at its moment. */
    public void advance(Duration duration) {
        Instant target = now().plus(duration);
        while (true) {
            Runnable action;
            synchronized (this) {
                Event next = events.peek();
                if (next == null || next.at.isAfter(target)) {
                    if (target.isAfter(now)) {
                        now = target;
                    }
                    notifyAll();
                    return;
                }
                events.remove();
                if (next.at.isAfter(now)) {
                    now = next.at;
                }
                action = next.action;
                notifyAll();
            }
            action.run();
        }
    }

    synchronized void schedule(Duration delay, Runnable action) {
        events.add(new Event(now.plus(delay), order++, action));
    }
}
