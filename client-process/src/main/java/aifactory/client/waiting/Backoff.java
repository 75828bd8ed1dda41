package aifactory.client.waiting;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Exponential back-off with full jitter: before try n a time drawn evenly from 0 to {@code base * 2^n}, at most the
 * cap. A thousand clients that lost the service at the same moment come back spread over the whole range.
 *
 * <p>Not thread-safe: each retrying loop has its own.
 */
public final class Backoff {
    private static final int MAXIMUM_DOUBLINGS = 30;

    private final Duration base;
    private final Duration cap;
    private final RandomGenerator random;
    private int failures;

    public Backoff(Duration base, Duration cap, RandomGenerator random) {
        this.base = base;
        this.cap = cap;
        this.random = random;
    }

    /** The time to wait after one more failure; never less than what the other side asked for. */
    public Duration next(@Nullable Duration asked) {
        long ceilingNanos = ceilingNanos();
        failures = Math.min(failures + 1, MAXIMUM_DOUBLINGS);
        Duration drawn = Duration.ofNanos(ceilingNanos <= 0 ? 0 : random.nextLong(ceilingNanos + 1));
        return asked != null && asked.compareTo(drawn) > 0 ? asked.plus(drawn) : drawn;
    }

    /** The next failure is the first one again. */
    public void reset() {
        failures = 0;
    }

    private long ceilingNanos() {
        long capNanos = cap.toNanos();
        long baseNanos = base.toNanos();
        return baseNanos > capNanos >> failures ? capNanos : baseNanos << failures;
    }
}
