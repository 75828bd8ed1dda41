package aifactory.commandline.benchmark;

import aifactory.workload.WorkloadSpecification;
import java.time.Duration;

/** How long a group has to live for one run. */
public final class TimeLimit {
    /** For starting the clients, arming them, and delivering what is left. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private static final Duration WITHOUT_A_PLANNED_END = Duration.ofHours(1);

    private TimeLimit() {}

    /** Whole minutes that are enough for the run, or an hour where it ends by a count that takes nobody knows how long. */
    public static int minutesFor(WorkloadSpecification workload) {
        Duration needed = plannedTime(workload).plus(MARGIN);
        return Math.toIntExact(needed.plusSeconds(59).toMinutes());
    }

    private static Duration plannedTime(WorkloadSpecification workload) {
        Duration planned = workload.plannedDuration();
        if (planned != null) {
            return planned;
        }
        Long count = workload.requestCount();
        Double rate = workload.requestRate();
        return count == null || rate == null
                ? WITHOUT_A_PLANNED_END
                // Twice the expected time: arrivals are random.
                : Duration.ofSeconds(Math.min(
                        (long) Math.ceil(2 * count / rate), Duration.ofDays(29).toSeconds()));
    }
}
