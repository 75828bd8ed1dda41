package aifactory.service.coordination;

import aifactory.protocol.GroupState;
import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.ServiceTimings;
import aifactory.service.groups.Group;
import aifactory.service.runs.Run;
import aifactory.service.servers.ServerGeneration;
import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.Locale;

/** Whether a group can do what a run asks for. The caller of every method holds the group's lock. */
final class RunAdmission {
    private final ServiceTimings timings;
    private final ServiceClock clock;

    RunAdmission(ServiceTimings timings, ServiceClock clock) {
        this.timings = timings;
        this.clock = clock;
    }

    /** Refuses a second run while one is active, and any while the job is submitted or when the group has ended. */
    void checkFree(Group group) {
        Run current = group.currentRun();
        if (current != null) {
            throw RequestRefusedException.conflict("group " + group.benchmarkId() + " is busy with run "
                    + current.runId() + " (" + RunTransitions.lower(current.state()) + "); wait for it or stop it");
        }
        if (group.isRunStoring()) {
            throw RequestRefusedException.conflict("a run of group " + group.benchmarkId()
                    + " was requested a moment ago and is being stored; try again when it has ended");
        }
        if (group.state() == GroupState.SUBMITTING) {
            // Its clients may be faster than the response to the submission, which may still fail.
            throw RequestRefusedException.conflict("the job of group " + group.benchmarkId()
                    + " is being submitted, or looked up after a restart; try again once the group is pending");
        }
        if (!group.state().isLive()) {
            throw RequestRefusedException.conflict("group " + group.benchmarkId() + " has ended ("
                    + group.state().name().toLowerCase(Locale.ROOT) + "); create another");
        }
    }

    void checkReady(Group group) {
        if (group.definition().numClients() == 0) {
            throw RequestRefusedException.conflict("group " + group.benchmarkId()
                    + " has servers and no clients: create another group with server: {group: " + group.benchmarkId()
                    + "}");
        }
        if (group.state() != GroupState.READY) {
            throw RequestRefusedException.conflict("group " + group.benchmarkId() + " is not ready: "
                    + group.liveClients().size() + " of "
                    + group.definition().numClients()
                    + " clients are registered" + servers(group) + "; wait for it, or ask with ?when=ready");
        }
    }

    private static String servers(Group group) {
        ServerGeneration generation = group.serverGeneration();
        return generation == null
                ? ""
                : " and " + group.servers().addresses(generation).size() + " of "
                        + generation.specification().replicas() + " servers answer";
    }

    /** The load in full; refuses one that makes no sense or takes longer than the allocation lasts. */
    WorkloadSpecification specification(Group group, WorkloadRequest request) {
        Duration left = remaining(group);
        try {
            int participants = Math.max(1, group.liveClients().size());
            WorkloadSpecification specification = request.toSpecification(participants, left);
            checkFits(group, specification, left);
            return specification;
        } catch (InvalidWorkloadException e) {
            WorkloadProblem first = e.problems().getFirst();
            throw RequestRefusedException.invalid(first.field(), String.valueOf(e.getMessage()));
        }
    }

    /** What is left of the allocation less the drain. Before the job runs, all of it is. */
    private Duration remaining(Group group) {
        Long endsAt = group.job().endsAtMillis();
        Duration left = endsAt == null
                ? Duration.ofMinutes(group.definition().timeLimitMinutes())
                : Duration.ofMillis(endsAt - clock.epochMillis());
        return left.minus(timings.drain());
    }

    private void checkFits(Group group, WorkloadSpecification specification, Duration left) {
        Duration planned = Run.plannedDuration(specification);
        if (planned == null ? left.isNegative() : planned.compareTo(left) > 0) {
            long drain = timings.drain().toSeconds();
            throw RequestRefusedException.conflict("the run does not fit: it takes "
                    + (planned == null ? "some" : planned.toSeconds()) + " s, and of group " + group.benchmarkId()
                    + "'s allocation " + (left.toSeconds() + drain) + " s are left, less " + drain
                    + " s to deliver: " + left.toSeconds()
                    + " s; shorten the run or create a group with a longer time_limit");
        }
    }
}
