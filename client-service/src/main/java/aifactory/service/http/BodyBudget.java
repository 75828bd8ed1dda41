package aifactory.service.http;

import aifactory.service.RequestRefusedException;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes of bodies the service holds at the same time: of all requests together, and of those that show the
 * secret of one group no more than half of it, so that one group cannot keep the others from delivering. Thread-safe.
 */
final class BodyBudget {
    private final long mostBytes;

    @GuardedBy("this")
    private final Map<String, Long> heldByOwner = new HashMap<>();

    @GuardedBy("this")
    private long heldBytes;

    /** @param mostBytes of all requests together */
    BodyBudget(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * What one request holds, until it is closed.
     *
     * @param owner whose requests hold no more than half of the budget together; null where there is no such bound
     */
    Share share(@Nullable String owner) {
        return new Share(owner);
    }

    /** How many bytes are held. */
    synchronized long heldBytes() {
        return heldBytes;
    }

    private synchronized void take(@Nullable String owner, int bytes) {
        long ofOwner = owner == null ? 0 : heldByOwner.getOrDefault(owner, 0L) + bytes;
        if (heldBytes + bytes > mostBytes) {
            throw full("the bodies of all active requests amount to " + mostBytes + " bytes");
        }
        if (ofOwner > mostBytes / 2) {
            throw full("the bodies of the requests of " + owner + " amount to " + mostBytes / 2 + " bytes");
        }
        heldBytes += bytes;
        if (owner != null) {
            heldByOwner.put(owner, ofOwner);
        }
    }

    private static RequestRefusedException full(String what) {
        return RequestRefusedException.unavailable(
                what + ", the limit of the service; retry later, or send fewer at once");
    }

    private synchronized void release(@Nullable String owner, long bytes) {
        heldBytes -= bytes;
        if (owner != null) {
            heldByOwner.computeIfPresent(owner, (_, held) -> held == bytes ? null : Long.valueOf(held - bytes));
        }
    }

    /** Belongs to the thread of its request. */
    final class Share implements AutoCloseable {
        private final @Nullable String owner;
        private long taken;

        private Share(@Nullable String owner) {
            this.owner = owner;
        }

        /** @throws RequestRefusedException 503: others hold too many */
        void take(int bytes) {
            BodyBudget.this.take(owner, bytes);
            taken += bytes;
        }

        @Override
        public void close() {
            release(owner, taken);
            taken = 0;
        }
    }
}
