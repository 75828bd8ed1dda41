package aifactory.engine.loop;

import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.SpmcArrayQueue;
import org.jctools.queues.SpscArrayQueue;
import org.jspecify.annotations.Nullable;

/** Encoded requests on their way from the encoding thread, which alone adds, to the event loops. */
final class RequestQueue {
    private final MessagePassingQueue<EncodedRequest> requests;
    private volatile boolean closed;

    private RequestQueue(MessagePassingQueue<EncodedRequest> requests) {
        this.requests = requests;
    }

    /**
     * A queue from which one event loop takes.
     *
     * @param capacity requests that may wait, a power of two
     */
    static RequestQueue forOne(int capacity) {
        return new RequestQueue(new SpscArrayQueue<>(capacity));
    }

    /** A queue from which every event loop takes. */
    static RequestQueue shared(int capacity) {
        return new RequestQueue(new SpmcArrayQueue<>(capacity));
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
