package aifactory.service.coordination;

import aifactory.protocol.BatchMessage.ClientCompletion;
import aifactory.protocol.EnergySummary;
import aifactory.protocol.RunSummary;
import aifactory.service.groups.Group;
import aifactory.service.runs.Run;
import aifactory.service.runs.RunPart;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The energy of a run's servers in its measured window, and per token and request. Stateless. */
final class RunEnergy {
    private RunEnergy() {}

    /**
     * Null if the run has no measured window. The caller holds the lock of the group.
     *
     * @param owner the group that the servers belong to
     */
    static @Nullable EnergySummary of(Group owner, Run run, RunSummary summary) {
        Long start = run.moments().startEpochNanos();
        List<ClientCompletion> windows = run.parts().stream()
                .map(RunPart::completion)
                .filter(Objects::nonNull)
                .toList();
        if (start == null || windows.isEmpty()) {
            return null;
        }
        long from = windows.stream()
                .mapToLong(ClientCompletion::windowStartNanos)
                .min()
                .orElse(0);
        long to = windows.stream()
                .mapToLong(ClientCompletion::windowEndNanos)
                .max()
                .orElse(0);
        EnergySummary used = owner.servers().energy().between(start, start + from, start + to);
        Double joules = used.joules();
        if (joules == null) {
            return used;
        }
        long output = summary.tokens().output();
        long tokens = output + summary.tokens().input();
        long requests = summary.requests().completed();
        return new EnergySummary(
                used.windowS(),
                joules,
                used.wattHours(),
                used.gpuJoules(),
                used.cpuJoules(),
                used.idleWatts(),
                used.idleJoules(),
                per(joules, output),
                per(joules, tokens),
                per(joules, requests),
                per(joules / EnergySummary.JOULES_PER_WATT_HOUR, output),
                per(joules / EnergySummary.JOULES_PER_WATT_HOUR, tokens),
                per(joules / EnergySummary.JOULES_PER_WATT_HOUR, requests),
                used.devices(),
                used.notes());
    }

    private static @Nullable Double per(double energy, long count) {
        return count == 0 ? null : Double.valueOf(energy / count);
    }
}
