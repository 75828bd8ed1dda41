package aifactory.service.http;

import aifactory.service.RequestRefusedException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Limits the number of bodies that are decompressed and parsed at the same time, because a small body may need much
 * memory when decompressed. Further bodies wait in the order of their arrival, and are refused after a time limit.
 * Thread-safe.
 */
final class UnpackingTurns {
    private final int most;
    private final Duration longestWait;
    private final Semaphore turns;

    UnpackingTurns(int most, Duration longestWait) {
        this.most = most;
        this.longestWait = longestWait;
        this.turns = new Semaphore(most, true);
    }

    /**
     * Waits for a turn, then does the work in the calling thread.
     *
     * @throws RequestRefusedException 503: the time limit passed before the turn came
     */
    <T> T take(Supplier<T> work) throws InterruptedException {
        if (!turns.tryAcquire(longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
            throw RequestRefusedException.unavailable(
                    most + " batches are being unpacked, as many as the service holds; send it again");
        }
        try {
            return work.get();
        } finally {
            turns.release();
        }
    }

    /** The number of bodies that wait. */
    int waiting() {
        return turns.getQueueLength();
    }
}
