package aifactory.engine.loop;

import aifactory.access.RequestKey;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a key is read again: before it expires, and never in quick succession. Stateless. */
final class KeySchedule {
    /** A key is read again that long before its expiry, or a fifth of its time if that is shorter. */
    private static final Duration LONGEST_MARGIN = Duration.ofSeconds(60);
    /** Between two reads, also of keys that seem to have expired: the clock of this node may be ahead. */
    static final Duration SHORTEST_WAIT = Duration.ofSeconds(10);
    /** Between attempts after one that gave no new key. */
    static final Duration WAIT_AFTER_FAILURE = Duration.ofSeconds(5);

    private KeySchedule() {}

    /**
     * When to read again.
     *
     * @param before the key until now; null for the first
     * @param read the key that was read now
     * @return null for a key that does not expire
     */
    static @Nullable Instant next(@Nullable RequestKey before, RequestKey read, Instant now) {
        Instant expiry = read.expiry();
        if (expiry == null) {
            return null;
        }
        if (isExpired(read, now)) {
            return now.plus(SHORTEST_WAIT);
        }
        if (before != null && isNoNewer(before, read)) {
            return now.plus(WAIT_AFTER_FAILURE);
        }
        Duration left = Duration.between(now, expiry);
        Duration margin = left.dividedBy(5).compareTo(LONGEST_MARGIN) < 0 ? left.dividedBy(5) : LONGEST_MARGIN;
        Duration wait = left.minus(margin);
        return now.plus(wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait);
    }

    /** Whether a key has expired by the clock of this node when it is read. */
    static boolean isExpired(RequestKey read, Instant now) {
        return read.expiry() != null && !read.expiry().isAfter(now);
    }

    /** The same key again. One that is valid for longer than it was before is as good as another. */
    private static boolean isNoNewer(RequestKey before, RequestKey read) {
        boolean isExtended = read.expiry() != null
                && before.expiry() != null
                && read.expiry().isAfter(before.expiry());
        return read.value().equals(before.value()) && !isExtended;
    }
}
