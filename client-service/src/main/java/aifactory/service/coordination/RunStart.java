package aifactory.service.coordination;

import aifactory.protocol.ClientCommand;
import aifactory.protocol.ClientState;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.ServiceTimings;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.GroupClient;
import aifactory.service.redaction.Redaction;
import aifactory.service.runs.Run;
import aifactory.service.runs.RunPart;
import aifactory.service.runs.RunPlan;
import aifactory.workload.WorkloadSpecification;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The barrier: clients prepare, say that they are armed, and start together at T0. The caller holds the group's lock.
 */
final class RunStart {
    private final ServiceTimings timings;
    private final ServiceClock clock;
    private final ClientManager clients;
    private final RunAdmission admission;
    private final RunTransitions transitions;

    RunStart(
            ServiceTimings timings,
            ServiceClock clock,
            ClientManager clients,
            RunAdmission admission,
            RunTransitions transitions) {
        this.timings = timings;
        this.clock = clock;
        this.clients = clients;
        this.admission = admission;
        this.transitions = transitions;
    }

    /** Orders the clients that are there to prepare. */
    void arm(Group group, Run run, Map<String, Object> server) {
        List<GroupClient> participants = group.liveClients();
        WorkloadSpecification specification =
                admission.specification(group, run.plan().request());
        run.begin(new RunPlan(
                run.plan().request(),
                specification,
                clients.targets().of(group),
                run.runId(),
                participants.stream().map(GroupClient::id).toList(),
                group.definition().numClients(),
                participants.size()));
        run.setMoments(run.moments().arming(clock.epochMillis(), server));
        transitions.to(group, run, RunState.ARMING, participants.size() + " clients prepare");
        for (int share = 0; share < participants.size(); share++) {
            prepare(group, run, participants.get(share), share);
        }
        clients.updateReadiness(group);
    }

    private void prepare(Group group, Run run, GroupClient client, int share) {
        clients.order(
                group,
                client,
                new ClientCommand(
                        client.nextSequence(),
                        ClientCommand.Kind.PREPARE,
                        run.runId(),
                        run.plan().salt(),
                        run.specification(),
                        run.plan().targets(),
                        new ClientCommand.Share(share, run.plan().participants().size()),
                        null));
    }

    /** Gives the orders that a previous process of the service was killed before it could give. */
    void resume(Group group, Run run) {
        List<Integer> participants = run.plan().participants();
        for (int share = 0; share < participants.size(); share++) {
            GroupClient client = group.clients().get(participants.get(share));
            RunPart part = run.part(client.id());
            if (part == null || part.isOver() || client.isLost()) {
                continue;
            }
            if (!client.hasCommand(ClientCommand.Kind.PREPARE, run.runId())) {
                prepare(group, run, client, share);
            }
            Long start = run.moments().startEpochNanos();
            if (start != null && !client.hasCommand(ClientCommand.Kind.START, run.runId())) {
                order(group, run, client, start);
            }
        }
    }

    /** Waits until the barrier has opened or fallen; lets go of the group's lock meanwhile. */
    void awaitArmed(Group group, Run run) throws InterruptedException {
        long left = timings.arm().toNanos() * 2;
        while (run.state() == RunState.ARMING && left > 0) {
            left = clock.threads().awaitNanos(group.lock(), run.changed(), left);
        }
        if (run.state() == RunState.FAILED) {
            throw RequestRefusedException.conflict(
                    "run " + run.runId() + " did not start: " + run.moments().detail());
        }
    }

    /** A client's answer to the order to prepare; a repeated one changes nothing. */
    void armed(Group group, int clientId, String runId, @Nullable String error) {
        GroupClient client = ClientManager.requireClient(group, clientId);
        clients.heard(group, client);
        Run run = group.currentRun();
        RunPart part = run == null || !run.runId().equals(runId) ? null : run.part(clientId);
        if (run == null || part == null) {
            throw RequestRefusedException.notFound("group " + group.benchmarkId() + " is not in that run");
        }
        if (run.state() != RunState.ARMING || part.hasAnswered()) {
            return;
        }
        part.answer(error == null ? null : Redaction.without(headerValues(run), error));
        client.setState(ClientState.ARMED);
        transitions.storePart(run, part);
        proceed(group, run);
    }

    /** Header values may be secrets, and why a client cannot take part is shown to everyone. */
    private static Collection<String> headerValues(Run run) {
        Map<String, String> headers = run.plan().request().headers();
        return headers == null ? List.of() : headers.values();
    }

    /** Starts a run whose clients have all answered. */
    void proceed(Group group, Run run) {
        for (RunPart part : run.parts()) {
            if (part.refusal() != null) {
                abandon(group, run, group.clients().get(part.client()).name() + ": " + part.refusal());
                return;
            }
        }
        if (run.parts().stream().allMatch(RunPart::isLost)) {
            abandon(group, run, "every client was lost before the start");
        } else if (run.parts().stream().allMatch(part -> part.isArmed() || part.isLost())) {
            start(group, run);
        }
    }

    /** Looks whether the barrier has been waited for too long. */
    void supervise(Group group, Run run) {
        Long since = run.moments().armingSinceMillis();
        if (since != null && clock.epochMillis() - since > timings.arm().toMillis()) {
            List<String> silent = run.parts().stream()
                    .filter(part -> !part.hasAnswered() && !part.isLost())
                    .map(part -> group.clients().get(part.client()).name())
                    .toList();
            abandon(
                    group,
                    run,
                    "not ready within " + timings.arm().toSeconds() + " s: " + RunSummary.Clients.names(silent));
        } else {
            proceed(group, run);
        }
    }

    private void start(Group group, Run run) {
        long startEpochNanos =
                clock.epochNanos() + timings.startLead(run.parts().size()).toNanos();
        run.setMoments(run.moments().started(startEpochNanos));
        transitions.to(group, run, RunState.RUNNING, "T0 is " + startEpochNanos);
        for (RunPart part : run.parts()) {
            if (!part.isLost()) {
                GroupClient client = group.clients().get(part.client());
                client.setState(ClientState.RUNNING);
                order(group, run, client, startEpochNanos);
            }
        }
    }

    private void order(Group group, Run run, GroupClient client, long startEpochNanos) {
        clients.order(
                group,
                client,
                new ClientCommand(
                        client.nextSequence(),
                        ClientCommand.Kind.START,
                        run.runId(),
                        null,
                        null,
                        null,
                        null,
                        startEpochNanos));
    }

    /** Ends a run that never started. */
    private void abandon(Group group, Run run, String cause) {
        transitions.orderStop(group, run);
        transitions.endedEmpty(group, run, RunState.FAILED, cause);
    }
}
