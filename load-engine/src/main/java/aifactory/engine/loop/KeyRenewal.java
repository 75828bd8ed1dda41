package aifactory.engine.loop;

import aifactory.access.KeySource;
import aifactory.access.RequestKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the key of a load valid: reads it again before it expires, and once when a server refuses it. Requests that
 * were encoded with an earlier key are given the current one when they are sent.
 *
 * <p>Thread-safe; the key is read on a separate thread.
 */
public final class KeyRenewal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRenewal.class);
    /** Between looks at the clock: a process that was stopped for a while renews its key as soon as it continues. */
    private static final long LOOK_MILLIS = 100;

    /** A key that was renewed so recently is not renewed again because it is refused. */
    private static final Duration BETWEEN_REFUSALS = Duration.ofSeconds(10);

    private final KeySource source;
    private final InstantSource clock;
    private final ScheduledThreadPoolExecutor thread;
    private volatile KeyLine current;

    // These belong to the thread.
    private @Nullable Instant lastRefusal;
    /** Null for a key that does not expire. */
    private @Nullable Instant renewAt;
    /** What was read last: the current key, with the expiry that it was given last. */
    private RequestKey last;

    private boolean hasWarned;

    /**
     * @param first the key that was read last
     * @param clock by which keys expire
     */
    public KeyRenewal(KeySource source, RequestKey first, InstantSource clock) {
        this.source = source;
        this.clock = clock;
        this.current = new KeyLine(first);
        this.last = first;
        this.thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("key-renewal").factory());
        thread.execute(() -> schedule(null, first));
        thread.scheduleWithFixedDelay(this::renewIfDue, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    KeyLine current() {
        return current;
    }

    /**
     * The bytes of a request with the current key, which the request notes. Copies them if the key has been renewed
     * since.
     */
    byte[] bytes(ActiveRequest request) {
        KeyLine now = current;
        request.sentKey = now;
        EncodedRequest encoded = request.request();
        KeyLine before = encoded.key();
        if (before == now || before == null) {
            return encoded.bytes();
        }
        int from = encoded.keyFrom();
        int behind = from + before.length();
        byte[] old = encoded.bytes();
        byte[] fresh = new byte[old.length - before.length() + now.length()];
        System.arraycopy(old, 0, fresh, 0, from);
        now.copyTo(fresh, from);
        System.arraycopy(old, behind, fresh, from + now.length(), old.length - behind);
        return fresh;
    }

    /**
     * A server has refused a key.
     *
     * @param refused the key that the request had
     * @param done called on the renewing thread: with null when there is another key now, else with the reason why
     *     there is none
     */
    void refused(@Nullable KeyLine refused, Consumer<@Nullable String> done) {
        try {
            thread.execute(() -> done.accept(renewRefused(refused)));
        } catch (RejectedExecutionException e) {
            done.accept("the load has ended");
        }
    }

    private @Nullable String renewRefused(@Nullable KeyLine refused) {
        if (refused != current) {
            return null;
        }
        Instant now = clock.instant();
        if (lastRefusal != null && now.isBefore(lastRefusal.plus(BETWEEN_REFUSALS))) {
            return "the key of " + source.name() + " was read again "
                    + Duration.between(lastRefusal, now).toSeconds() + " s ago and is still refused";
        }
        lastRefusal = now;
        try {
            return renew() ? null : source.name() + " gave the same key again";
        } catch (IllegalArgumentException e) {
            return "reading the key again failed: " + e.getMessage();
        } catch (InterruptedException e) {
            return "the load has ended";
        }
    }

    /** @return whether the key is another */
    private boolean renew() throws InterruptedException {
        RequestKey before = current.key();
        RequestKey read = source.read();
        boolean isNew = !read.value().equals(before.value());
        if (isNew) {
            current = new KeyLine(read);
            LOG.info(
                    "the key of {} was renewed{}",
                    source.name(),
                    read.expiry() == null ? "" : ", valid until " + read.expiry());
        }
        schedule(last, read);
        return isNew;
    }

    private void renewIfDue() {
        if (renewAt == null || clock.instant().isBefore(renewAt)) {
            return;
        }
        try {
            renew();
        } catch (IllegalArgumentException e) {
            LOG.warn("the key could not be renewed before it expires: {}", e.getMessage());
            renewAt = clock.instant().plus(KeySchedule.WAIT_AFTER_FAILURE);
        } catch (InterruptedException e) {
            // The load has ended.
        }
    }

    private void schedule(@Nullable RequestKey before, RequestKey read) {
        Instant now = clock.instant();
        last = read;
        renewAt = KeySchedule.next(before, read, now);
        if (KeySchedule.isExpired(read, now) && !hasWarned) {
            hasWarned = true;
            LOG.warn(
                    "the key of {} expired at {} by the clock of this node, which is at {}; it is used and read again every"
                            + " {} s; check the clock of the node, or what {} gives",
                    source.name(),
                    read.expiry(),
                    now,
                    KeySchedule.SHORTEST_WAIT.toSeconds(),
                    source.name());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
