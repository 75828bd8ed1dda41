package aifactory.client.waiting;

import java.time.Duration;
import java.util.random.RandomGenerator.SplittableGenerator;

/** Makes a {@link Backoff} for each loop that retries. Thread-safe. */
public final class BackoffPolicy {
    private final Duration base;
    private final Duration cap;
    private final SplittableGenerator random;

    /** @param random is split, so that the loops draw independently of each other */
    public BackoffPolicy(Duration base, Duration cap, SplittableGenerator random) {
        this.base = base;
        this.cap = cap;
        this.random = random;
    }

    public synchronized Backoff start() {
        return new Backoff(base, cap, random.split());
    }
}
