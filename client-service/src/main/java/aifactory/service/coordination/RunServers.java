package aifactory.service.coordination;

import aifactory.protocol.RunSummary;
import aifactory.protocol.ServerFailure;
import aifactory.protocol.ServerSpecification;
import aifactory.protocol.ServerState;
import aifactory.protocol.ServerView;
import aifactory.service.groups.Group;
import aifactory.service.logs.LogDirectory;
import aifactory.service.redaction.Redaction;
import aifactory.service.runs.Run;
import aifactory.service.servers.LogExcerpt;
import aifactory.service.servers.ServerGeneration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The servers that were started for a run, for its result.
 *
 * @param lost why the run is not valid: a reason for each that was not there to the end
 * @param logs by file name
 */
record RunServers(List<RunSummary.Server> servers, List<RunSummary.InvalidReason> lost, Map<String, String> logs) {
    private static final int ALL_LOGS_BYTES = 8 << 20;
    private static final int LOG_BYTES = 256 << 10;

    /**
     * Those of the group that the servers belong to; null where none were started. The caller holds its lock.
     *
     * @param shared whether they belong to another group than the run; that one may have ended before it
     * @param directory of the logs
     */
    static @Nullable RunServers of(Group group, Run run, boolean shared, LogDirectory directory) {
        ServerGeneration generation = group.serverGeneration();
        if (generation == null) {
            return null;
        }
        RunServers all = new RunServers(new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
        ServerSpecification specification = generation.specification();
        List<ServerView> views = group.servers().views(generation);
        boolean ending = shared && !group.state().isLive();
        for (int replica = 0; replica < specification.replicas(); replica++) {
            int number = replica;
            all.add(
                    specification,
                    views.stream().filter(view -> view.replica() == number).toList(),
                    run.moments().startEpochNanos(),
                    ending);
        }
        int logBytes = Math.min(LOG_BYTES, ALL_LOGS_BYTES / Math.max(1, specification.processes()));
        for (ServerView view : views) {
            if (view.logPath() != null) {
                String name = "server-" + view.replica() + (view.nodeRank() == 0 ? "" : "-" + view.nodeRank()) + ".log";
                all.logs.put(
                        name,
                        Redaction.without(
                                group.definition().secretValues(), LogExcerpt.of(directory, view.logPath(), logBytes)));
            }
        }
        return all;
    }

    private void add(
            ServerSpecification specification,
            List<ServerView> processes,
            @Nullable Long startEpochNanos,
            boolean ending) {
        if (processes.isEmpty()) {
            return;
        }
        ServerView head = processes.getFirst();
        ServerView broken = processes.stream()
                .filter(view -> view.failure() != null)
                .findFirst()
                .orElse(null);
        ServerFailure failure = broken == null ? null : broken.failure();
        Double lostAfter = failure == null || startEpochNanos == null
                ? null
                : (failure.epochMillis() - startEpochNanos / 1e6) / 1e3;
        ServerSpecification.Container container = specification.container();
        servers.add(new RunSummary.Server(
                head.replica(),
                String.valueOf(head.address()),
                processes.stream()
                        .map(view -> view.node() == null ? "this machine" : view.node())
                        .toList(),
                processes.stream().map(ServerView::command).toList(),
                Redaction.arguments(specification.arguments()),
                container == null ? null : container.image(),
                container == null ? null : container.sha256(),
                head.readyAfterS(),
                lostAfter,
                failure));
        String who = (broken == null ? head : broken).name() + " (" + head.address() + ") failed before the end";
        if (failure != null) {
            lost.add(lost(who
                    + (lostAfter == null ? "" : String.format(Locale.ROOT, ", gone %.1f s after T0", lostAfter)) + ": "
                    + failure.message() + "; its log is among the files of the run"));
        } else if (ending) {
            lost.add(lost(who + ": it was stopped, since the group that it belongs to was deleted or has ended"));
        } else if (processes.stream().anyMatch(RunServers::wasStopped)) {
            lost.add(lost(who + ": it was stopped, or restarted with other arguments"));
        }
    }

    /** Of another group, which is not there any more. */
    static RunSummary.InvalidReason goneWith(long group) {
        return lost("the servers of group " + group + " ended before the run: the group was deleted or has ended");
    }

    private static RunSummary.InvalidReason lost(String message) {
        return new RunSummary.InvalidReason("server_lost", message, null);
    }

    /** A run's own servers are stopped after it; those of another group may be before. */
    private static boolean wasStopped(ServerView view) {
        return view.state() == ServerState.STOPPING || view.state() == ServerState.STOPPED;
    }
}
