package aifactory.service.groups;

import aifactory.protocol.ConnectRequest;
import aifactory.protocol.GroupInfo;
import aifactory.protocol.GroupState;
import aifactory.protocol.ServerView;
import aifactory.service.runs.Run;
import aifactory.service.servers.GroupServers;
import aifactory.service.servers.ServerGeneration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A group: its allocation, its clients and the run they are at. Everything is guarded by {@link #lock()}. */
public final class Group {
    private final long key;
    private final long benchmarkId;
    private final String token;
    private final GroupDefinition definition;
    private final long createdAtMillis;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<GroupClient> clients = new ArrayList<>();
    private final GroupServers servers = new GroupServers();
    private final NodeAddresses nodeAddresses = new NodeAddresses();
    private GroupState state;
    private JobInfo job;
    private @Nullable Run currentRun;
    private Run.@Nullable Figures lastFigures;
    private @Nullable String latestRunId;
    private long idleSinceNanos;
    private boolean ending;
    private boolean runStoring;
    private int jobRestarts;

    public Group(
            long key,
            long benchmarkId,
            String token,
            GroupDefinition definition,
            long createdAtMillis,
            GroupState state,
            JobInfo job,
            long nowNanos) {
        this.key = key;
        this.benchmarkId = benchmarkId;
        this.token = token;
        this.definition = definition;
        this.createdAtMillis = createdAtMillis;
        this.state = state;
        this.job = job;
        this.idleSinceNanos = nowNanos;
    }

    public long key() {
        return key;
    }

    public long benchmarkId() {
        return benchmarkId;
    }

    public String token() {
        return token;
    }

    public long createdAtMillis() {
        return createdAtMillis;
    }

    public GroupDefinition definition() {
        return definition;
    }

    /** What its servers are to run; null where none are started for it. */
    public @Nullable ServerGeneration serverGeneration() {
        if (definition.server() == null) {
            return null;
        }
        return job.servers() == null ? new ServerGeneration(1, definition.server()) : job.servers();
    }

    /** The reports of its server processes. */
    public GroupServers servers() {
        return servers;
    }

    /** The addresses of the nodes that its job runs on. */
    public NodeAddresses nodeAddresses() {
        return nodeAddresses;
    }

    public ReentrantLock lock() {
        return lock;
    }

    public GroupState state() {
        return state;
    }

    public void setState(GroupState newState) {
        state = newState;
    }

    public JobInfo job() {
        return job;
    }

    public void setJob(JobInfo newJob) {
        job = newJob;
    }

    public List<GroupClient> clients() {
        return Collections.unmodifiableList(clients);
    }

    public GroupClient addClient(ConnectRequest registration, long nowNanos) {
        GroupClient client = new GroupClient(clients.size(), registration, lock.newCondition(), nowNanos);
        clients.add(client);
        return client;
    }

    public @Nullable Run currentRun() {
        return currentRun;
    }

    public void setCurrentRun(@Nullable Run run, long nowNanos) {
        Run before = currentRun;
        if (run == null && before != null) {
            Long ended = before.moments().endedAtMillis();
            try {
                lastFigures = ended == null ? null : before.figures(ended * 1_000_000);
            } catch (RuntimeException e) {
                // A run whose state cannot be reported has to be left nevertheless.
                lastFigures = null;
            }
        }
        currentRun = run;
        idleSinceNanos = nowNanos;
        if (run != null) {
            latestRunId = run.runId();
        }
    }

    /**
     * The metrics of the active run, or of the last one since the service started; they are kept until the next run.
     * The run itself, with everything that was measured, leaves the memory when it ends.
     */
    public Run.@Nullable Figures figures(long nowEpochNanos) {
        return currentRun == null ? lastFigures : currentRun.figures(nowEpochNanos);
    }

    public @Nullable String latestRunId() {
        return latestRunId;
    }

    public void setLatestRunId(@Nullable String runId) {
        latestRunId = runId;
    }

    public long idleNanos(long nowNanos) {
        return nowNanos - idleSinceNanos;
    }

    /** Whether a run that was asked for is being stored, so that there cannot be another. */
    public boolean isRunStoring() {
        return runStoring;
    }

    public void setRunStoring(boolean value) {
        runStoring = value;
    }

    /** How often its job has been restarted, as far as the dispatcher has reported. */
    public int jobRestarts() {
        return jobRestarts;
    }

    /**
     * Takes what the dispatcher reports.
     *
     * @param restarts fewer than before, or -1 where the dispatcher does not know, change nothing
     */
    public void sawRestarts(int restarts) {
        jobRestarts = Math.max(jobRestarts, restarts);
    }

    /** Whether a caller is ending the group. */
    public boolean isEnding() {
        return ending;
    }

    public void setEnding(boolean value) {
        ending = value;
    }

    /** The clients that can take part in a run. */
    public List<GroupClient> liveClients() {
        return clients.stream().filter(client -> !client.isLost()).toList();
    }

    private List<ServerView> serverViews() {
        ServerGeneration generation = serverGeneration();
        return generation == null ? List.of() : servers.views(generation);
    }

    private List<String> addresses() {
        return serverViews().stream()
                .filter(view -> view.nodeRank() == 0 && view.address() != null)
                .map(view -> String.valueOf(view.address()))
                .toList();
    }

    /** The group as returned by the API. */
    public GroupInfo info() {
        return new GroupInfo(
                definition.numClients(),
                definition.minClients(),
                definition.timeLimitMinutes(),
                clients.isEmpty() ? null : clients.getFirst().registration().clientAddress(),
                Instant.ofEpochMilli(createdAtMillis).toString(),
                state,
                job.jobId(),
                job.word(),
                job.reason(),
                job.notes(),
                liveClients().size(),
                clients.stream().map(GroupClient::view).toList(),
                job.logPaths(),
                serverViews().isEmpty() ? definition.aiServers() : addresses(),
                serverViews(),
                currentRun == null ? null : currentRun.runId(),
                latestRunId);
    }
}
