package aifactory.slurm.watch;

import java.time.Duration;

/**
 * How often a poller asks.
 *
 * @param shortest interval, after a change
 * @param longest interval, reached by doubling while nothing changes
 * @param invisibility for so long after a submission a job may be missing everywhere
 * @param accountingPatience for so long after the controller has forgotten a job the accounting database may still come to know its end
 */
public record PollerSettings(Duration shortest, Duration longest, Duration invisibility, Duration accountingPatience) {
    public static final PollerSettings DEFAULTS = new PollerSettings(
            Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ofSeconds(30), Duration.ofMinutes(10));

    public PollerSettings {
        if (shortest.isNegative() || shortest.isZero() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException("the shortest interval is " + shortest + " and the longest " + longest
                    + ": expected 0 < shortest <= longest");
        }
    }
}
