package aifactory.client.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition with a bound that only a defect reaches. */
public final class Eventually {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofMillis(2);

    private Eventually() {}

    public static void until(String what, BooleanSupplier condition) {
        long endNanos = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - endNanos > 0) {
                throw new AssertionError("waited " + BOUND.toSeconds() + " s in vain until " + what);
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }
}
