package aifactory.service.runs;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a run, as it is stored.
 *
 * @param startEpochNanos T0 on the service's clock
 * @param stopCause why it was ended before its time, or null
 * @param detail why it is in its state, for people
 * @param server what the AI servers told of themselves
 */
public record RunMoments(
        @Nullable Long armingSinceMillis,
        @Nullable Long startEpochNanos,
        @Nullable Long endedAtMillis,
        @Nullable String stopCause,
        @Nullable String detail,
        Map<String, Object> server) {
    public static final RunMoments NONE = new RunMoments(null, null, null, null, null, Map.of());

    public RunMoments arming(long millis, Map<String, Object> newServer) {
        return new RunMoments(millis, startEpochNanos, endedAtMillis, stopCause, detail, newServer);
    }

    public RunMoments started(long epochNanos) {
        return new RunMoments(armingSinceMillis, epochNanos, endedAtMillis, stopCause, detail, server);
    }

    public RunMoments stopped(String cause) {
        return new RunMoments(armingSinceMillis, startEpochNanos, endedAtMillis, cause, detail, server);
    }

    public RunMoments ended(long millis, @Nullable String newDetail) {
        return new RunMoments(armingSinceMillis, startEpochNanos, millis, stopCause, newDetail, server);
    }
}
