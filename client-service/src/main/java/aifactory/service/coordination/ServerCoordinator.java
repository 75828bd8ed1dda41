package aifactory.service.coordination;

import aifactory.protocol.GroupState;
import aifactory.protocol.ServerOrder;
import aifactory.protocol.ServerReport;
import aifactory.protocol.ServerRequest;
import aifactory.protocol.ServerSpecification;
import aifactory.protocol.ServerView;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.ServiceTimings;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.persistence.StateWriter;
import aifactory.service.persistence.StorageException;
import aifactory.service.servers.ServerGeneration;
import aifactory.service.servers.ServerPlanner;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears of the server processes of groups and tells them what to do. Thread-safe. */
public final class ServerCoordinator {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCoordinator.class);
    /** Beyond the time that a server may take: for its process to start and to be heard of at all. */
    private static final Duration UNHEARD = Duration.ofMinutes(2);

    private final ClientManager clients;
    private final ServiceTimings timings;
    private final ServiceClock clock;

    public ServerCoordinator(ClientManager clients, ServiceTimings timings, ServiceClock clock) {
        this.clients = clients;
        this.timings = timings;
        this.clock = clock;
    }

    /** A server process tells of itself and hears what it is to do. */
    public ServerOrder report(long benchmarkId, int number, ServerReport report) {
        Group group = clients.require(benchmarkId);
        group.lock().lock();
        try {
            ServerGeneration generation = require(group);
            ServerSpecification specification = generation.specification();
            if (number >= specification.processes()) {
                throw RequestRefusedException.notFound("group " + benchmarkId + " has no server process " + number
                        + ": it has " + specification.processes());
            }
            ServerReport before = group.servers().report(number);
            group.servers().take(number, report, clock.monotonicNanos(), clock.epochMillis());
            if (before == null || before.state() != report.state() || before.generation() != report.generation()) {
                log(group, generation, number, report);
                clients.updateReadiness(group);
            }
            if (!group.state().isLive()) {
                return new ServerOrder(generation.number(), null, null);
            }
            return new ServerOrder(
                    generation.number(),
                    specification,
                    group.servers().headHost(specification, number).orElse(null));
        } finally {
            group.lock().unlock();
        }
    }

    private static void log(Group group, ServerGeneration generation, int number, ServerReport report) {
        String name = group.servers().views(generation).stream()
                .filter(view -> view.number() == number)
                .map(ServerView::name)
                .findFirst()
                .orElse("server process " + number);
        if (report.failure() != null) {
            LOG.warn(
                    "group {}: {} failed: {}",
                    group.benchmarkId(),
                    name,
                    report.failure().inWords());
        } else {
            LOG.info("group {}: {} is {}", group.benchmarkId(), name, report.state());
        }
    }

    private static ServerGeneration require(Group group) {
        ServerGeneration generation = group.serverGeneration();
        if (generation == null) {
            throw RequestRefusedException.conflict("group " + group.benchmarkId()
                    + " was created without servers; give it a server block, or measure servers that run already");
        }
        return generation;
    }

    /**
     * Has the servers of a group run with other arguments.
     *
     * @return whether they are started anew: not where nothing changes
     */
    public boolean change(long benchmarkId, Map<String, Object> arguments)
            throws StorageException, InterruptedException {
        Group group = clients.require(benchmarkId);
        CompletableFuture<Void> stored;
        group.lock().lock();
        try {
            ServerGeneration before = require(group);
            if (group.currentRun() != null) {
                throw RequestRefusedException.conflict("group " + benchmarkId + " is at run "
                        + group.currentRun().runId() + ", which its servers answer; wait for it or stop it");
            }
            if (!group.state().isLive()) {
                throw RequestRefusedException.conflict("group " + benchmarkId + " has ended; create another");
            }
            ServerRequest asked =
                    Objects.requireNonNull(group.definition().request().server(), "a group with servers has a block");
            ServerSpecification specification = ServerPlanner.specification(asked.withArguments(arguments));
            ServerSpecification running = before.specification();
            if (specification.equals(running)) {
                return false;
            }
            if (specification.nodes() != running.nodes() || specification.processes() != running.processes()) {
                throw RequestRefusedException.invalid(
                        "arguments",
                        "with these arguments the servers need " + specification.nodes()
                                + " nodes, and the group's job has " + running.nodes()
                                + " for them: create a group for it");
            }
            if (specification.gpus() > running.gpus()) {
                throw RequestRefusedException.invalid(
                        "arguments",
                        "with these arguments the servers need " + specification.gpus()
                                + " GPUs a node, and the group's job has " + running.gpus()
                                + ": give server.gpus as many as the largest step needs");
            }
            group.setJob(group.job().withServers(new ServerGeneration(before.number() + 1, specification)));
            stored = clients.transition(group, GroupState.STARTING, "its servers start with other arguments");
        } finally {
            group.lock().unlock();
        }
        StateWriter.await(stored);
        return true;
    }

    /**
     * Looks for servers that are silent, or never were heard of.
     *
     * @return why the group cannot go on, if it cannot. The caller holds the group's lock
     */
    public Optional<String> supervise(Group group) {
        ServerGeneration generation = group.serverGeneration();
        if (generation == null) {
            return Optional.empty();
        }
        group.servers().giveUpSilent(clock.monotonicNanos(), timings.lostAfter().toNanos(), clock.epochMillis());
        for (ServerView failed : group.servers().failed(generation)) {
            return Optional.of(failed.name()
                    + (failed.readyAfterS() == null ? " did not get ready: " : " is not there any more: ")
                    + (failed.failure() == null
                            ? "no reason given"
                            : failed.failure().inWords()));
        }
        Long started = group.job().startedAtMillis();
        int missing = generation.specification().processes() - group.servers().known();
        long longest = generation.specification().readyTimeout().plus(UNHEARD).toMillis();
        if (missing > 0 && started != null && clock.epochMillis() - started > longest) {
            return Optional.of(missing + " of " + generation.specification().processes()
                    + " server processes were never heard of; see the job's log");
        }
        return Optional.empty();
    }
}
