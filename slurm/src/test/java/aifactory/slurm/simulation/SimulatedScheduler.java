package aifactory.slurm.simulation;

import aifactory.slurm.JobState;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Starts pending jobs in the order of their ids, and says of the others why they wait. */
final class SimulatedScheduler {
    private final SimulatedCluster cluster;

    SimulatedScheduler(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    void run() {
        boolean blocked = false;
        for (SimulatedJob job : List.copyOf(cluster.jobs())) {
            if (job.state != JobState.PENDING) {
                continue;
            }
            if (job.isHeterogeneous()) {
                if (job.isLeader()) {
                    startTogether(job.components);
                }
                continue;
            }
            String reason = standingReason(job);
            if (reason.isEmpty()) {
                SimulatedPartition partition = cluster.partitions.get(job.partition());
                List<String> free = partition == null ? List.of() : cluster.freeNodes(partition);
                if (!blocked && free.size() >= job.nodeCount()) {
                    cluster.start(job, free.subList(0, job.nodeCount()));
                    continue;
                }
                reason = blocked ? "Priority" : "Resources";
                blocked = true;
            }
            if (!reason.equals(job.reason)) {
                job.reason = reason;
                cluster.account(job);
            }
        }
    }

    /** Components start at once or not at all, and only the backfill scheduler starts them. */
    private void startTogether(List<SimulatedJob> components) {
        if (!cluster.configuration.scheduler().equals("sched/backfill")) {
            return;
        }
        Set<String> taken = new HashSet<>();
        Map<SimulatedJob, List<String>> nodes = new LinkedHashMap<>();
        for (SimulatedJob job : components) {
            String reason = standingReason(job);
            SimulatedPartition partition = cluster.partitions.get(job.partition());
            List<String> free = partition == null
                    ? List.of()
                    : cluster.freeNodes(partition).stream()
                            .filter(node -> !taken.contains(node))
                            .toList();
            if (reason.isEmpty() && free.size() >= job.nodeCount()) {
                List<String> chosen = free.subList(0, job.nodeCount());
                taken.addAll(chosen);
                nodes.put(job, chosen);
                continue;
            }
            String waits = reason.isEmpty() ? "Resources" : reason;
            if (!waits.equals(job.reason)) {
                job.reason = waits;
                cluster.account(job);
            }
        }
        if (nodes.size() == components.size()) {
            nodes.forEach(cluster::start);
        }
    }

    /** Why the job could not start even if nodes were free; empty when it could. */
    String standingReason(SimulatedJob job) {
        if (job.forcedReason != null) {
            return job.forcedReason;
        }
        SimulatedPartition partition = cluster.partitions.get(job.partition());
        if (partition == null) {
            return "PartitionDown";
        }
        String state = stateReason(partition);
        if (!state.isEmpty()) {
            return state;
        }
        if (job.nodeCount() > partition.nodes().size() || job.cpusPerNode() > cluster.configuration.cpusPerNode()) {
            return "PartitionConfig";
        }
        Duration maximum = partition.maximumTime();
        if (maximum != null && job.timeLimit().compareTo(maximum) > 0) {
            return "PartitionTimeLimit";
        }
        if (isBeyondQos(job)) {
            return "QOSMaxWallDurationPerJobLimit";
        }
        return waitsForNamesake(job) ? "Dependency" : missingNodes(job, partition);
    }

    private static String stateReason(SimulatedPartition partition) {
        return switch (partition.state()) {
            case "up" -> "";
            case "inact" -> "PartitionInactive";
            default -> "PartitionDown";
        };
    }

    boolean isBeyondQos(SimulatedJob job) {
        return cluster.configuration.qualities().stream().anyMatch(qos -> {
            Duration wall = qos.maximumWall();
            return qos.name().equals(job.qos())
                    && wall != null
                    && job.timeLimit().compareTo(wall) > 0;
        });
    }

    private boolean waitsForNamesake(SimulatedJob job) {
        return job.option("dependency", "").contains("singleton")
                && cluster.jobs().stream()
                        .anyMatch(other -> other.id < job.id
                                && other.leader() != job.leader()
                                && !other.isOver()
                                && other.name().equals(job.name()));
    }

    private String missingNodes(SimulatedJob job, SimulatedPartition partition) {
        String wanted = job.option("nodelist", "");
        boolean named = !wanted.isEmpty() && cluster.downNodes.stream().anyMatch(wanted::contains);
        boolean tooManyDown = partition.nodes().stream()
                        .filter(node -> !cluster.downNodes.contains(node))
                        .count()
                < job.nodeCount();
        if (named || tooManyDown) {
            return "ReqNodeNotAvail, UnavailableNodes:" + SimulatedText.hostList(List.copyOf(cluster.downNodes));
        }
        return "";
    }
}
