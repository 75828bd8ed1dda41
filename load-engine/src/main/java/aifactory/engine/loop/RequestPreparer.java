package aifactory.engine.loop;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes requests ahead of time on a separate thread, so that the event loops only send. They are distributed over the
 * client's slots in turn, and those to the queues, so that a queue whose event loop has fewer slots gets fewer
 * requests.
 */
final class RequestPreparer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestPreparer.class);
    private static final long SHORTEST_PAUSE_NANOS = 100_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;
    /** What an event loop takes at the very least for a request: so long does each that is encoded last. */
    private static final long LEAST_NANOS_PER_REQUEST = 5_000;
    /** A full queue is filled up again when this part of it is free. */
    private static final int REFILL_SHARE = 8;

    private final RequestSequence sequence;
    private final List<RequestQueue> queues;
    private final int slots;
    private final CountDownLatch filled = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean stopped;
    private volatile @Nullable String failure;

    /**
     * @param slots of this client, at least one
     */
    RequestPreparer(RequestSequence sequence, List<RequestQueue> queues, int slots) {
        this.sequence = sequence;
        this.queues = List.copyOf(queues);
        this.slots = slots;
        this.thread = Thread.ofPlatform().daemon().name("request-preparer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Waits until the queues are full, or hold everything there is. */
    void awaitFilled() throws InterruptedException {
        filled.await();
    }

    /** Waits until the encoding thread has ended, which it does soon after {@link #close()}, or the time has passed. */
    void awaitEnd(long millis) throws InterruptedException {
        thread.join(millis);
    }

    /** Why encoding broke off, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    private void run() {
        try {
            long number = 0;
            for (EncodedRequest next = sequence.next(); next != null && !stopped; next = sequence.next()) {
                deliver(next, number++);
            }
        } catch (RuntimeException e) {
            LOG.error("Encoding requests failed", e);
            failure = "encoding requests failed: " + e;
        } finally {
            queues.forEach(RequestQueue::close);
            filled.countDown();
        }
    }

    private void deliver(EncodedRequest request, long number) {
        RequestQueue queue = queues.get((int) (number % slots % queues.size()));
        if (queue.offer(request)) {
            return;
        }
        filled.countDown();
        // A full queue lasts for a while. Filling it up one by one would wake this thread as often as there are
        // requests.
        int refillBelow = queue.size() - queue.size() / REFILL_SHARE;
        long longestPauseNanos = Math.max(LONGEST_PAUSE_NANOS, refillBelow * LEAST_NANOS_PER_REQUEST);
        long pauseNanos = SHORTEST_PAUSE_NANOS;
        while (!stopped && (allHoldMoreThan(refillBelow) || !queue.offer(request))) {
            LockSupport.parkNanos(pauseNanos);
            pauseNanos = Math.min(pauseNanos * 2, longestPauseNanos);
        }
    }

    private boolean allHoldMoreThan(int requests) {
        for (RequestQueue queue : queues) {
            if (queue.size() <= requests) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
    }
}
