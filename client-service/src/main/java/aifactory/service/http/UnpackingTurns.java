package aifactory.service.http;

import aifactory.service.RequestRefusedException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How many bodies are unpacked and read as JSON at the same time: small as it comes, a body may become something large. Others wait for their
 * turn in the order in which they came, and are refused when it takes too long. Thread-safe.
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
     * Does the work in the calling thread once it is its turn.
     *
     * @throws RequestRefusedException 503: it took too long until then
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

    /** How many wait. */
    int waiting() {
        return turns.getQueueLength();
    }
}
