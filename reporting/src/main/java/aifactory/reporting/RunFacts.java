package aifactory.reporting;

import aifactory.measurement.RunAggregate;
import aifactory.measurement.ValidityLimits;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.workload.WorkloadSpecification;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a run when it has ended, from which its result is made.
 *
 * @param ending how the run ended as the service saw it; {@link RunState#COMPLETED} still becomes
 *     {@link RunState#INVALID} when the clients distorted it
 * @param aggregate everything that was measured
 * @param windows of the clients' measured windows, those that reported to the end
 * @param clientNames of those that took part, by the client's number: its node, or its address
 * @param targets addresses of the AI servers
 * @param registered clients that had registered when the run began
 * @param expected clients that the group was created with
 * @param lost clients that did not report to the end, by name
 * @param datasetEntries of the workload's dataset; null without one, and where no client reported it
 */
public record RunFacts(
        long benchmarkId,
        String runId,
        RunState ending,
        WorkloadSpecification specification,
        RunAggregate aggregate,
        ValidityLimits limits,
        List<ClientWindow> windows,
        Map<Integer, String> clientNames,
        List<String> targets,
        int expected,
        int registered,
        List<String> lost,
        RunSummary.Provenance provenance,
        RunSummary.@Nullable SlurmUsage slurmUsage,
        @Nullable Long datasetEntries) {

    /** Of a workload without a dataset. */
    public RunFacts(
            long benchmarkId,
            String runId,
            RunState ending,
            WorkloadSpecification specification,
            RunAggregate aggregate,
            ValidityLimits limits,
            List<ClientWindow> windows,
            Map<Integer, String> clientNames,
            List<String> targets,
            int expected,
            int registered,
            List<String> lost,
            RunSummary.Provenance provenance,
            RunSummary.@Nullable SlurmUsage slurmUsage) {
        this(
                benchmarkId,
                runId,
                ending,
                specification,
                aggregate,
                limits,
                windows,
                clientNames,
                targets,
                expected,
                registered,
                lost,
                provenance,
                slurmUsage,
                null);
    }

    /** When one client's measured window began and ended, in nanoseconds since T0. */
    public record ClientWindow(long startNanos, long endNanos) {}
}
