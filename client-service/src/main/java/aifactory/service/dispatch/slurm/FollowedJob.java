package aifactory.service.dispatch.slurm;

import aifactory.slurm.HostList;
import aifactory.slurm.JobState;
import aifactory.slurm.watch.WatchedJob;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is remembered of a job beside what Slurm tells of it. Thread-safe. */
final class FollowedJob {
    private final int numClients;
    private final Duration timeLimit;
    private final List<String> logPaths;
    private volatile boolean preempted;
    private int restarts = -1;
    private List<String> nodesAtStart = List.of();

    FollowedJob(int numClients, Duration timeLimit, List<String> logPaths) {
        this.numClients = numClients;
        this.timeLimit = timeLimit;
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
     * The numbers of the clients whose nodes the job has lost. Process number and node correspond, in the order of Slurm's list: one task
     * a node.
     */
    synchronized Set<Integer> lostClients(WatchedJob job) {
        if (job.phase() != JobState.Phase.RUNNING || job.nodes().isEmpty()) {
            return Set.of();
        }
        List<String> nodes = HostList.expand(job.nodes());
        if (restarts != job.restarts()) {
            restarts = job.restarts();
            nodesAtStart = nodes.size() == numClients ? nodes : List.of();
        }
        Set<Integer> lost = new HashSet<>();
        for (int number = 0; number < nodesAtStart.size(); number++) {
            if (!nodes.contains(nodesAtStart.get(number))) {
                lost.add(number);
            }
        }
        return lost;
    }
}
