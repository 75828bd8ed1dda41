package aifactory.engine.loop;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes the later turns of sessions on a thread of its own as soon as the answers that they carry have come, so that it is done
 * while the session's user thinks. No more of them wait than there are sessions under way.
 */
final class TurnEncoder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TurnEncoder.class);

    private final RequestEncoder encoder;
    private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile @Nullable String failure;

    /**
     * A turn to be encoded.
     *
     * @param answeredNanos when the answer to the turn before had come, since T0
     */
    private record Order(LoadLoop loop, SessionProgress session, byte[] answer, long answeredNanos) {}

    TurnEncoder(RequestEncoder encoder) {
        this.encoder = encoder;
        this.thread = Thread.ofPlatform().daemon().name("turn-encoder").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Orders the session's next turn; the event loop is told when it is ready. Called by event loops. */
    void order(LoadLoop loop, SessionProgress session, byte[] answer, long answeredNanos) {
        orders.add(new Order(loop, session, answer, answeredNanos));
    }

    /** Why encoding broke off, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    private void run() {
        try {
            while (true) {
                encode(orders.take());
            }
        } catch (InterruptedException | RejectedExecutionException e) {
            // The load has been closed: what was not encoded is not wanted any more.
        }
    }

    private void encode(Order order) {
        EncodedRequest next = null;
        try {
            order.session().answered(order.answer());
            long dueNanos = order.answeredNanos() + encoder.thinkNanos(order.session());
            next = order.loop().isOver(dueNanos) ? null : encoder.next(order.session(), dueNanos);
        } catch (RuntimeException e) {
            LOG.error("Encoding a session's next turn broke off", e);
            failure = "encoding a session's next turn broke off: " + e;
        }
        order.loop().turnEncoded(next);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /** Waits until the thread has ended, which it does soon after {@link #close()}, or the time has passed. */
    void awaitEnd(long millis) throws InterruptedException {
        thread.join(millis);
    }
}
