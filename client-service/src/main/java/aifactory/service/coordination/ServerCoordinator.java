package aifactory.service.coordination;

import aifactory.protocol.GroupState;
import aifactory.protocol.ServerFailure;
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
import aifactory.service.logs.LogDirectory;
import aifactory.service.persistence.StorageException;
import aifactory.service.redaction.Redaction;
import aifactory.service.servers.ServerGeneration;
import aifactory.service.servers.ServerPlanner;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives the reports of the server processes of groups and gives them orders. Thread-safe. */
public final class ServerCoordinator {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCoordinator.class);
    /** In addition to the time that a server may take: for its process to start and to report for the first time. */
    private static final Duration UNHEARD = Duration.ofMinutes(2);

    private static final int MOST_NAMED_NODES = 8;

    private final ClientManager clients;
    private final LogDirectory logs;
    private final ServiceTimings timings;
    private final ServiceClock clock;

    /** @param logs where the output of server processes goes */
    public ServerCoordinator(ClientManager clients, LogDirectory logs, ServiceTimings timings, ServiceClock clock) {
        this.clients = clients;
        this.logs = logs;
        this.timings = timings;
        this.clock = clock;
    }

    /** A server process reports its state and receives its orders. */
    public ServerOrder report(long benchmarkId, int number, ServerReport report) {
        Group group = clients.require(benchmarkId);
        if (hasEndedUnseen(group, number)) {
            return new ServerOrder(generationOf(group, number).number(), null, null);
        }
        checkPlace(group, report);
        group.lock().lock();
        try {
            ServerGeneration generation = generationOf(group, number);
            ServerSpecification specification = generation.specification();
            checkPort(specification, report);
            ServerReport before = group.servers().report(number);
            group.servers()
                    .take(
                            number,
                            shown(group, report)
                                    .withLogPath(
                                            logs.serverLog(benchmarkId, number).toString()),
                            clock.monotonicNanos(),
                            clock.epochMillis());
            // Groups that share servers have their runs elsewhere: a group without clients keeps what it has.
            boolean busy = group.currentRun() != null || group.definition().numClients() == 0;
            group.servers().takePower(number, report, clock.epochNanos(), busy);
            if (before == null || before.state() != report.state() || before.generation() != report.generation()) {
                log(group, generation, number, shown(group, report));
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

    /** As other users may see it: the command and the last output of a server may contain secrets of the owner. */
    private static ServerReport shown(Group group, ServerReport report) {
        Collection<String> secrets = group.definition().secretValues();
        ServerReport shown = report.withCommand(Redaction.command(report.command()));
        ServerFailure failure = report.failure();
        return failure == null
                ? shown
                : shown.withFailure(
                        report.state(),
                        new ServerFailure(
                                failure.cause(),
                                Redaction.text(Redaction.without(secrets, failure.message())),
                                failure.exitCode(),
                                failure.lastLines().stream()
                                        .map(line -> Redaction.text(Redaction.without(secrets, line)))
                                        .toList(),
                                failure.epochMillis()));
    }

    private static ServerGeneration generationOf(Group group, int number) {
        ServerGeneration generation = require(group);
        int processes = generation.specification().processes();
        if (number >= processes) {
            throw RequestRefusedException.notFound(
                    "group " + group.benchmarkId() + " has no server process " + number + ": it has " + processes);
        }
        return generation;
    }

    /**
     * The job of a group that ended before the service was started is not asked about any more; what is left of it has
     * to end.
     */
    private static boolean hasEndedUnseen(Group group, int number) {
        group.lock().lock();
        try {
            generationOf(group, number);
            return !group.state().isLive() && group.nodeAddresses().nodes().isEmpty();
        } finally {
            group.lock().unlock();
        }
    }

    /**
     * Load is sent to the reported address of the server, and other nodes receive its host: both have to be a node of
     * the job. The name service is asked before the group's lock is taken.
     */
    private static void checkPlace(Group group, ServerReport report) {
        List<String> nodes = group.nodeAddresses().nodes();
        if (nodes.isEmpty()) {
            throw RequestRefusedException.unavailable(
                    "the nodes of the job of group " + group.benchmarkId() + " are not known yet; report again");
        }
        String address = report.address();
        String host = address == null
                ? report.host()
                : String.valueOf(URI.create(address).getHost());
        if (!bare(host).equals(bare(report.host()))) {
            throw RequestRefusedException.invalid(
                    "address", "address " + address + " is not on the reported host " + report.host());
        }
        if (!group.nodeAddresses().contains(report.host())) {
            LOG.warn(
                    "group {}: refused a server at {}, which is not a node of its job ({})",
                    group.benchmarkId(),
                    report.host(),
                    String.join(", ", nodes));
            throw RequestRefusedException.invalid(
                    "host",
                    "host " + report.host() + " is not an address of the job's nodes: "
                            + nodes.stream().limit(MOST_NAMED_NODES).collect(Collectors.joining(", "))
                            + (nodes.size() > MOST_NAMED_NODES ? ", …" : "")
                            + "; let the name service of the service's machine know the nodes' addresses on this"
                            + " network, or serve with --advertise on the network that it knows");
        }
    }

    private static String bare(String host) {
        return host.replaceAll("^\\[|\\]$|%.*", "");
    }

    /** Nothing but its servers is measured, also on the nodes of the job. */
    private static void checkPort(ServerSpecification specification, ServerReport report) {
        if (report.address() == null) {
            return;
        }
        int port = URI.create(report.address()).getPort();
        int last = specification.port() + specification.processes() - 1;
        if (port < specification.port() || port > last) {
            throw RequestRefusedException.invalid(
                    "address",
                    "port " + port + " is not a port of the group's servers (" + specification.port()
                            + (last == specification.port() ? "" : " to " + last) + ")");
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
     * @return whether they are restarted: not if nothing changes
     */
    public boolean change(long benchmarkId, Map<String, Object> arguments)
            throws StorageException, InterruptedException {
        Group group = clients.require(benchmarkId);
        CompletableFuture<Void> stored;
        group.lock().lock();
        try {
            ServerGeneration before = require(group);
            if (group.currentRun() != null) {
                throw RequestRefusedException.conflict("group " + benchmarkId + " is busy with run "
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
                                + " GPUs per node, and the group's job has " + running.gpus()
                                + ": give server.gpus as many as the largest step needs");
            }
            group.setJob(group.job().withServers(new ServerGeneration(before.number() + 1, specification)));
            stored = clients.transition(group, GroupState.STARTING, "its servers start with other arguments");
        } finally {
            group.lock().unlock();
        }
        clients.await(stored);
        return true;
    }

    /**
     * Checks for servers that no longer report, or never did.
     *
     * @return why the group cannot continue, if it cannot. The caller holds the group's lock
     */
    public Optional<String> supervise(Group group) {
        ServerGeneration generation = group.serverGeneration();
        if (generation == null) {
            return Optional.empty();
        }
        group.servers().giveUpSilent(clock.monotonicNanos(), timings.lostAfter().toNanos(), clock.epochMillis());
        for (ServerView failed : group.servers().failed(generation)) {
            return Optional.of(failed.name()
                    + (failed.readyAfterS() == null ? " did not become ready: " : " is lost: ")
                    + (failed.failure() == null
                            ? "no reason given"
                            : failed.failure().inWords()));
        }
        Long started = group.job().startedAtMillis();
        int missing = generation.specification().processes() - group.servers().known();
        long longest = generation.specification().readyTimeout().plus(UNHEARD).toMillis();
        if (missing > 0 && started != null && clock.epochMillis() - started > longest) {
            return Optional.of(missing + " of " + generation.specification().processes()
                    + " server processes never reported; see the job's log");
        }
        return Optional.empty();
    }
}
