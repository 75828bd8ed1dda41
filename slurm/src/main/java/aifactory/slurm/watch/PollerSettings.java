package aifactory.slurm.watch;

import java.time.Duration;

/**
 * How often a poller asks.
 *
 * @param shortest interval, after a change
 * @param longestWhileRunning interval while a job has nodes, reached by doubling while nothing changes: unused nodes
 *      cost
 * @param longest interval while all jobs wait or none is left, reached likewise
 * @param invisibility for so long after a submission a job may be missing everywhere
 * @param accountingPatience for so long after the controller has forgotten a job the accounting database may still come
 *      to know its end
 */
public record PollerSettings(
        Duration shortest,
        Duration longestWhileRunning,
        Duration longest,
        Duration invisibility,
        Duration accountingPatience) {
    public static final PollerSettings DEFAULTS = new PollerSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10));

    public PollerSettings {
        if (!shortest.isPositive()
                || longestWhileRunning.compareTo(shortest) < 0
                || longest.compareTo(longestWhileRunning) < 0) {
            throw new IllegalArgumentException("the shortest interval is " + shortest + ", the longest "
                    + longestWhileRunning + " while a job runs and " + longest
                    + " otherwise: expected 0 < shortest <= longest while a job runs <= longest");
        }
    }
}
