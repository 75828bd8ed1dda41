package aifactory.engine.loop;

import org.jctools.queues.SpscArrayQueue;
import org.jspecify.annotations.Nullable;

/** Encoded requests on their way from the encoding thread, which alone adds, to one event loop, which alone takes. */
final class RequestQueue {
    private final SpscArrayQueue<EncodedRequest> requests;
    private volatile boolean closed;

    /**
     * @param capacity requests that may wait, a power of two
     */
    RequestQueue(int capacity) {
        requests = new SpscArrayQueue<>(capacity);
    }

    /** Adds a request unless the queue is full. */
    boolean offer(EncodedRequest request) {
        return requests.offer(request);
    }

    /** No request will be added any more. */
    void close() {
        closed = true;
    }

    @Nullable
    EncodedRequest poll() {
        return requests.poll();
    }

    int size() {
        return requests.size();
    }

    /** Whether no request waits and none will come. */
    boolean isExhausted() {
        return closed && requests.isEmpty();
    }
}
