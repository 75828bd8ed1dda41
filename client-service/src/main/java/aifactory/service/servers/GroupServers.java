package aifactory.service.servers;

import aifactory.protocol.ServerFailure;
import aifactory.protocol.ServerReport;
import aifactory.protocol.ServerSpecification;
import aifactory.protocol.ServerState;
import aifactory.protocol.ServerView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The reports of a group's server processes. They contain the complete state every second, so nothing is stored: after
 * a restart of the service they arrive again. Guarded by the group's lock.
 */
public final class GroupServers {
    /** The report of one process, and its time on the monotonic clock. */
    private record Told(ServerReport report, long heardNanos) {}

    private final Map<Integer, Told> told = new TreeMap<>();
    private final ServerEnergy energy = new ServerEnergy();

    /**
     * A process has reported. A failure counts from its first report: the clocks of the nodes are not this machine's.
     */
    public void take(int number, ServerReport report, long nowNanos, long nowMillis) {
        ServerFailure failure = report.failure();
        ServerReport before = report(number);
        ServerFailure known = before == null || before.generation() != report.generation() ? null : before.failure();
        ServerReport stamped = failure == null
                ? report
                : report.withFailure(report.state(), failure.noticed(known == null ? nowMillis : known.epochMillis()));
        told.put(number, new Told(stamped, nowNanos));
    }

    /**
     * The power in a report.
     *
     * @param epochNanos now, since 1970
     * @param busy whether a run of the group needs what was reported before
     */
    public void takePower(int number, ServerReport report, long epochNanos, boolean busy) {
        String node = report.node() == null ? report.host() : report.node();
        energy.take(number, node, report.power(), epochNanos, busy);
    }

    public ServerEnergy energy() {
        return energy;
    }

    public @Nullable ServerReport report(int number) {
        Told known = told.get(number);
        return known == null ? null : known.report();
    }

    /** Discards all reports: the job was requeued, and its server processes start again. */
    public void forget() {
        told.clear();
        energy.forget();
    }

    /** Where their output goes. */
    public List<String> logPaths() {
        return told.values().stream()
                .map(known -> known.report().logPath())
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    /** How many processes have reported. */
    public int known() {
        return told.size();
    }

    /** Processes without a report for longer than that are considered lost, until they report again. */
    public void giveUpSilent(long nowNanos, long longestNanos, long nowMillis) {
        for (Map.Entry<Integer, Told> entry : told.entrySet()) {
            Told known = entry.getValue();
            if (nowNanos - known.heardNanos() > longestNanos && !isOver(known.report())) {
                fail(
                        entry.getKey(),
                        ServerFailure.Cause.SILENT,
                        "the process that monitors it has not reported for " + longestNanos / 1_000_000_000 + " s",
                        nowMillis);
            }
        }
    }

    /**
     * A process of which its dispatcher says that it has ended.
     *
     * @param expected whether it was ordered to end; otherwise a server that stopped in good order is lost, too
     */
    public void giveUp(int number, String why, boolean expected, long nowMillis) {
        ServerReport report = report(number);
        if (report != null && report.state() != ServerState.FAILED && !(expected && isOver(report))) {
            fail(number, ServerFailure.Cause.SILENT, why, nowMillis);
        }
    }

    private void fail(int number, ServerFailure.Cause cause, String message, long nowMillis) {
        Told known = told.get(number);
        if (known != null) {
            told.put(
                    number,
                    new Told(
                            known.report()
                                    .withFailure(
                                            ServerState.FAILED,
                                            new ServerFailure(cause, message, null, List.of(), nowMillis)),
                            known.heardNanos()));
        }
    }

    private static boolean isOver(ServerReport report) {
        return report.state() == ServerState.FAILED || report.state() == ServerState.STOPPED;
    }

    /** Whether every server of the generation is ready. */
    public boolean allReady(ServerGeneration generation) {
        return readyReplicas(generation).size() == generation.specification().replicas();
    }

    /** The addresses of the servers that are ready, in the order of the replicas. */
    public List<String> addresses(ServerGeneration generation) {
        List<String> addresses = new ArrayList<>();
        for (int replica : readyReplicas(generation)) {
            ServerReport head = report(replica * generation.specification().nodesPerReplica());
            if (head != null && head.address() != null) {
                addresses.add(head.address());
            }
        }
        return addresses;
    }

    private List<Integer> readyReplicas(ServerGeneration generation) {
        List<Integer> ready = new ArrayList<>();
        for (int replica = 0; replica < generation.specification().replicas(); replica++) {
            if (isReady(generation, replica)) {
                ready.add(replica);
            }
        }
        return ready;
    }

    private boolean isReady(ServerGeneration generation, int replica) {
        int nodes = generation.specification().nodesPerReplica();
        for (int process = replica * nodes; process < (replica + 1) * nodes; process++) {
            ServerReport report = report(process);
            if (report == null || report.generation() != generation.number() || report.state() != ServerState.READY) {
                return false;
            }
        }
        return true;
    }

    /** The failed processes of every generation that is still requested. */
    public List<ServerView> failed(ServerGeneration generation) {
        return views(generation).stream()
                .filter(view -> view.state() == ServerState.FAILED)
                .filter(view -> isCurrent(view.number(), generation))
                .toList();
    }

    private boolean isCurrent(int number, ServerGeneration generation) {
        ServerReport report = report(number);
        return report != null
                && (report.generation() == generation.number()
                        || (report.failure() != null && report.failure().cause() == ServerFailure.Cause.SILENT));
    }

    /** Whether no server is left that could answer. */
    public boolean allFailed(ServerGeneration generation) {
        long replicas = failed(generation).stream()
                .mapToInt(ServerView::replica)
                .distinct()
                .count();
        return replicas == generation.specification().replicas();
    }

    /** The address of the first node of a process's replica, where the replica has several. */
    public Optional<String> headHost(ServerSpecification specification, int number) {
        ServerReport head = report(specification.replicaOf(number) * specification.nodesPerReplica());
        return specification.nodesPerReplica() == 1 || head == null ? Optional.empty() : Optional.of(head.host());
    }

    /** Of every process that has reported, for users. */
    public List<ServerView> views(ServerGeneration generation) {
        List<ServerView> views = new ArrayList<>();
        told.forEach((number, known) -> {
            ServerReport report = known.report();
            views.add(new ServerView(
                    number,
                    generation.specification().replicaOf(number),
                    generation.specification().rankOf(number),
                    report.node(),
                    report.address(),
                    report.state(),
                    report.command(),
                    report.logPath(),
                    report.readyAfterS(),
                    report.failure()));
        });
        return views;
    }
}
