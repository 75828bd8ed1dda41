package aifactory.service.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what happens on other threads, however long a busy machine takes. Stateless. */
public final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 5_000_000;

    private Eventually() {}

    /** Looks until it is as expected; fails with what was seen last. */
    public static <T> T await(String what, Supplier<T> look, Predicate<T> expected) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T seen = look.get();
        while (!expected.test(seen)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(what + " did not come true; seen last: " + seen);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            seen = look.get();
        }
        return seen;
    }
}
