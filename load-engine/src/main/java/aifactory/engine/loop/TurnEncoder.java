package aifactory.engine.loop;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes the later turns of sessions on a separate thread as soon as the answers that they contain have arrived, so
 * that it is done while the session's user thinks. No more of them wait than there are active sessions.
 */
final class TurnEncoder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TurnEncoder.class);

    private final RequestEncoder encoder;
    private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile @Nullable String failure;

    /**
     * An answered turn, whose followers are to be encoded.
     *
     * @param answeredNanos when its answer had arrived, since T0
     */
    private record Order(LoadLoop loop, SessionProgress session, int turn, byte[] answer, long answeredNanos) {}

    TurnEncoder(RequestEncoder encoder) {
        this.encoder = encoder;
        this.thread = Thread.ofPlatform().daemon().name("turn-encoder").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /**
     * Orders the turns that follow an answered one; the event loop receives them when they are ready. Called by event
     * loops.
     */
    void order(LoadLoop loop, SessionProgress session, int turn, byte[] answer, long answeredNanos) {
        orders.add(new Order(loop, session, turn, answer, answeredNanos));
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
        List<EncodedRequest> next = List.of();
        try {
            order.session().answered(order.turn(), order.answer(), order.answeredNanos());
            next = encoder.released(order.session(), order.turn(), order.loop().endNanos());
        } catch (RuntimeException e) {
            LOG.error("Encoding a session's next turn failed", e);
            failure = "encoding a session's next turn failed: " + e;
        }
        order.loop().turnsEncoded(order.session(), next);
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
