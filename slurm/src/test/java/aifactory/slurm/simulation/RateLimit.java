package aifactory.slurm.simulation;

import java.time.Duration;
import java.time.Instant;

/** The controller's token bucket for one user. Guarded by the cluster's lock. */
final class RateLimit {
    private static final int BUCKET = 30;
    private static final int REFILL_PER_SECOND = 2;

    private final VirtualClock clock;
    private boolean enabled;
    private double tokens = BUCKET;
    private Instant refilledAt;
    private Duration slept = Duration.ZERO;

    RateLimit(VirtualClock clock) {
        this.clock = clock;
        refilledAt = clock.now();
    }

    void enable() {
        enabled = true;
        tokens = BUCKET;
        refilledAt = clock.now();
    }

    Duration slept() {
        return slept;
    }

    /** How long the one who asks has to sleep first. */
    Duration ask() {
        if (!enabled) {
            return Duration.ZERO;
        }
        Instant now = clock.now();
        double refilled = Duration.between(refilledAt, now).toMillis() / 1000.0 * REFILL_PER_SECOND;
        tokens = Math.min(BUCKET, tokens + refilled);
        refilledAt = now;
        if (tokens >= 1) {
            tokens--;
            return Duration.ZERO;
        }
        slept = slept.plusSeconds(1);
        return Duration.ofSeconds(1);
    }
}
