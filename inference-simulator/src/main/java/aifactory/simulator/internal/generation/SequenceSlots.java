package aifactory.simulator.internal.generation;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashSet;

/**
 * The sequences that are generated at the same time, the tokens that they hold in the cache, and the queue of those
 * that wait for a slot and for room: first come, first served, and bounded. Thread-safe; the lock is held for a few
 * instructions.
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

        /** The tokens that have to fit into the cache before it is admitted. */
        default long cacheTokens() {
            return 0;
        }
    }

    /** Of the cache, left free at an admission, so that those that run can grow. */
    private static final double WATERMARK = 0.01;

    private static final int WATERMARK_TOKENS = 16;

    private final int maxRunning;
    private final int maxWaiting;
    private final long maxTokens;

    @GuardedBy("this")
    private final LinkedHashSet<Candidate> waiting = new LinkedHashSet<>();

    @GuardedBy("this")
    private int running;

    @GuardedBy("this")
    private long tokens;

    /** Slots and places in the queue, with a cache for any number of tokens. */
    public SequenceSlots(int maxRunning, int maxWaiting) {
        this(maxRunning, maxWaiting, Long.MAX_VALUE);
    }

    /**
     * Slots and places in the queue.
     *
     * @param maxTokens that the cache holds; {@link Long#MAX_VALUE} if it has no bound
     */
    public SequenceSlots(int maxRunning, int maxWaiting, long maxTokens) {
        this.maxRunning = maxRunning;
        this.maxWaiting = maxWaiting;
        this.maxTokens = maxTokens;
    }

    /** Takes a slot or a place in the queue. */
    public synchronized Admission acquire(Candidate candidate) {
        if (waiting.isEmpty() && fits(candidate)) {
            admit(candidate);
            return Admission.ADMITTED;
        }
        if (waiting.size() >= maxWaiting) {
            return Admission.REFUSED;
        }
        waiting.add(candidate);
        return Admission.WAITING;
    }

    /** A single request always fits, however long it is: it would wait for ever. */
    @GuardedBy("this")
    private boolean fits(Candidate candidate) {
        if (running == 0 || !isBounded()) {
            return running < maxRunning;
        }
        long spare = Math.max(WATERMARK_TOKENS, (long) (WATERMARK * maxTokens));
        return running < maxRunning && candidate.cacheTokens() + spare <= maxTokens - tokens;
    }

    @GuardedBy("this")
    private void admit(Candidate candidate) {
        running++;
        tokens += isBounded() ? candidate.cacheTokens() : 0;
    }

    private boolean isBounded() {
        return maxTokens != Long.MAX_VALUE;
    }

    /**
     * Takes room for tokens of a request that has a slot; false if there is none, unless it is the only one that runs.
     */
    public boolean grow(long more) {
        if (!isBounded()) {
            return true;
        }
        synchronized (this) {
            if (running > 1 && more > maxTokens - tokens) {
                return false;
            }
            tokens += more;
            return true;
        }
    }

    /**
     * Gives a slot back; those that wait longest get what is free.
     *
     * @param held tokens that leave the cache
     */
    public void release(long held) {
        synchronized (this) {
            giveBack(held);
        }
        admitWaiting();
    }

    /** Gives a slot back and waits for another one before all others. */
    public void preempt(Candidate candidate, long held) {
        synchronized (this) {
            giveBack(held);
            waiting.addFirst(candidate);
        }
        admitWaiting();
    }

    @GuardedBy("this")
    private void giveBack(long held) {
        running--;
        tokens -= isBounded() ? held : 0;
    }

    private void admitWaiting() {
        while (true) {
            Candidate next;
            synchronized (this) {
                if (waiting.isEmpty() || !fits(waiting.getFirst())) {
                    return;
                }
                next = waiting.removeFirst();
                admit(next);
            }
            next.admitted();
        }
    }

    /**
     * Leaves the queue.
     *
     * @return whether it waited; if not, it was admitted already and has a slot to give back
     */
    public boolean withdraw(Candidate candidate) {
        boolean waited;
        synchronized (this) {
            waited = waiting.remove(candidate);
        }
        if (waited) {
            admitWaiting();
        }
        return waited;
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
