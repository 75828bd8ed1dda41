package aifactory.simulator.internal.generation;

import java.util.LinkedHashSet;

/**
 * The sequences that are generated at the same time, and the queue of those that wait for a slot: first come, first served, and
 * bounded. Thread-safe; the lock is held for a few instructions.
 */
public final class SequenceSlots {
    /** What became of a request for a slot. */
    public enum Admission {
        /** It has a slot. */
        ADMITTED,
        /** It waits; {@link Candidate#admitted} will be called. */
        WAITING,
        /** Too many wait already. */
        REFUSED
    }

    /** What can wait for a slot. */
    public interface Candidate {
        /** A slot is free and now this candidate's. Called on the thread that gave it back. */
        void admitted();
    }

    private final int maxRunning;
    private final int maxWaiting;
    private final LinkedHashSet<Candidate> waiting = new LinkedHashSet<>();
    private int running;

    /** Slots and places in the queue. */
    public SequenceSlots(int maxRunning, int maxWaiting) {
        this.maxRunning = maxRunning;
        this.maxWaiting = maxWaiting;
    }

    /** Takes a slot or a place in the queue. */
    public synchronized Admission acquire(Candidate candidate) {
        if (running < maxRunning) {
            running++;
            return Admission.ADMITTED;
        }
        if (waiting.size() >= maxWaiting) {
            return Admission.REFUSED;
        }
        waiting.add(candidate);
        return Admission.WAITING;
    }

    /** Gives a slot back; whoever waits longest gets it. */
    public void release() {
        Candidate next;
        synchronized (this) {
            next = waiting.isEmpty() ? null : waiting.removeFirst();
            if (next == null) {
                running--;
            }
        }
        if (next != null) {
            next.admitted();
        }
    }

    /**
     * Leaves the queue.
     *
     * @return whether it waited; if not, it was admitted already and has a slot to give back
     */
    public synchronized boolean withdraw(Candidate candidate) {
        return waiting.remove(candidate);
    }

    /** How many have a slot. */
    public synchronized int running() {
        return running;
    }

    /** How many wait. */
    public synchronized int waiting() {
        return waiting.size();
    }
}
