package aifactory.commandline.benchmark;

import aifactory.protocol.ServerRequest;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a group has to live for one run. */
public final class TimeLimit {
    /** For starting the clients, arming them, and delivering what is left. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private static final Duration WITHOUT_A_PLANNED_END = Duration.ofHours(1);

    private TimeLimit() {}

    /** Whole minutes that are sufficient for the run, or an hour if it ends by a count and its duration is unknown. */
    public static int minutesFor(WorkloadSpecification workload) {
        Duration needed = plannedTime(workload).plus(MARGIN);
        return Math.toIntExact(needed.plusSeconds(59).toMinutes());
    }

    /** The same for a run whose servers are started first. */
    public static int minutesFor(WorkloadSpecification workload, @Nullable ServerRequest server) {
        return minutesFor(workload)
                + Math.toIntExact(readyTimeout(server).plusSeconds(59).toMinutes());
    }

    /** How long servers may take to get ready; nothing for those that run already. */
    public static Duration readyTimeout(@Nullable ServerRequest server) {
        if (server == null || server.group() != null) {
            return Duration.ZERO;
        }
        return server.readyTimeout() == null ? ServerRequest.DEFAULT_READY_TIMEOUT : server.readyTimeout();
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
