package aifactory.service.runs;

import aifactory.protocol.RunSummary.EarlyEnd;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a run, as it is stored.
 *
 * @param startEpochNanos T0 on the service's clock
 * @param stopCause why it was ended before its time, or null
 * @param stopCode the {@link aifactory.protocol.RunSummary.EarlyEnd#code} of that; null also where an earlier version
 *      stopped it
 * @param detail why it is in its state, for users
 * @param server what the AI servers reported about themselves
 */
public record RunMoments(
        @Nullable Long armingSinceMillis,
        @Nullable Long startEpochNanos,
        @Nullable Long endedAtMillis,
        @Nullable String stopCause,
        @Nullable String detail,
        Map<String, Object> server,
        @Nullable String stopCode) {
    public static final RunMoments NONE = new RunMoments(null, null, null, null, null, Map.of(), null);

    public RunMoments arming(long millis, Map<String, Object> newServer) {
        return new RunMoments(millis, startEpochNanos, endedAtMillis, stopCause, detail, newServer, stopCode);
    }

    public RunMoments started(long epochNanos) {
        return new RunMoments(armingSinceMillis, epochNanos, endedAtMillis, stopCause, detail, server, stopCode);
    }

    public RunMoments stopped(EarlyEnd early) {
        return new RunMoments(
                armingSinceMillis, startEpochNanos, endedAtMillis, early.reason(), detail, server, early.code());
    }

    /** Why the run was ended before its time; null when it was not. */
    public @Nullable EarlyEnd earlyEnd() {
        return stopCause == null
                ? null
                : new EarlyEnd(Objects.requireNonNullElse(stopCode, EarlyEnd.STOPPED), stopCause);
    }

    public RunMoments ended(long millis, @Nullable String newDetail) {
        return new RunMoments(armingSinceMillis, startEpochNanos, millis, stopCause, newDetail, server, stopCode);
    }
}
