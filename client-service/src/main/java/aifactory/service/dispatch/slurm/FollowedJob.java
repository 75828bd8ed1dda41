package aifactory.service.dispatch.slurm;

import aifactory.service.dispatch.DispatchOrder;
import aifactory.slurm.HostList;
import aifactory.slurm.JobState;
import aifactory.slurm.watch.WatchedJob;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Data of a job that is kept in addition to Slurm's. Thread-safe. */
final class FollowedJob {
    private final int numClients;
    private final int nodes;
    private final int serversPerNode;
    private final Duration timeLimit;
    private final List<String> logPaths;
    private volatile boolean preempted;

    @GuardedBy("this")
    private int restarts = -1;

    @GuardedBy("this")
    private List<String> nodesAtStart = List.of();

    FollowedJob(DispatchOrder order, List<String> logPaths) {
        this.numClients = order.numClients();
        this.nodes = order.nodes();
        this.serversPerNode = order.server() == null ? 0 : order.server().replicasPerNode();
        this.timeLimit = order.timeLimit();
        this.logPaths = List.copyOf(logPaths);
    }

    Duration timeLimit() {
        return timeLimit;
    }

    /** Slurm says that it was preempted, though its clients ended before Slurm had to end it. */
    void markPreempted() {
        preempted = true;
    }

    boolean wasPreempted() {
        return preempted;
    }

    List<String> logPaths() {
        return logPaths;
    }

    /**
     * The numbers of the processes whose nodes the job has lost: in the order of Slurm's list one client a node, and
     * then so many servers a node.
     */
    synchronized Set<Integer> lostProcesses(WatchedJob job) {
        if (job.phase() != JobState.Phase.RUNNING || job.nodes().isEmpty()) {
            return Set.of();
        }
        List<String> nodes = HostList.expand(job.nodes());
        if (restarts != job.restarts()) {
            restarts = job.restarts();
            nodesAtStart = List.of();
        }
        if (nodesAtStart.isEmpty() && nodes.size() == this.nodes) {
            nodesAtStart = nodes;
        }
        Set<Integer> lost = new HashSet<>();
        for (int node = 0; node < nodesAtStart.size(); node++) {
            if (!nodes.contains(nodesAtStart.get(node))) {
                addProcesses(node, lost);
            }
        }
        return lost;
    }

    private void addProcesses(int node, Set<Integer> numbers) {
        if (node < numClients) {
            numbers.add(node);
            return;
        }
        int first = numClients + (node - numClients) * serversPerNode;
        for (int process = first; process < first + serversPerNode; process++) {
            numbers.add(process);
        }
    }
}
