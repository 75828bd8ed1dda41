package aifactory.slurm.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How a simulated cluster is set up.
 *
 * @param version of Slurm, {@code 22.05.8} for instance; decides on the REST versions and on details of texts
 * @param features of every node
 * @param genericResources of every node, {@code gpu:a100:2}, or empty
 * @param accounting whether there is an accounting database
 * @param accountingDelay from a change to its being seen there
 * @param visibilityDelay from a submission to its being seen in the queue
 * @param minJobAge after its end for so long the controller knows a job
 * @param killWait from SIGTERM to SIGKILL
 * @param signalEarliness by how much the signal before the time limit comes earlier than asked, up to 60 s
 * @param scheduler Slurm's {@code SchedulerType}: only {@code sched/backfill} starts heterogeneous jobs
 */
public record ClusterConfiguration(
        String version,
        String user,
        List<SimulatedPartition> partitions,
        List<SimulatedQos> qualities,
        Set<String> accounts,
        int cpusPerNode,
        long memoryMegabytesPerNode,
        Set<String> features,
        String genericResources,
        boolean accounting,
        Duration accountingDelay,
        Duration visibilityDelay,
        Duration minJobAge,
        Duration killWait,
        Duration signalEarliness,
        String scheduler) {

    /** A cluster like the project's own testbed, with so many nodes. */
    public static ClusterConfiguration ofNodes(int count) {
        List<String> nodes = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            nodes.add("node%03d".formatted(i));
        }
        return new ClusterConfiguration(
                "22.05.8",
                "alice",
                List.of(
                        new SimulatedPartition("cpu", true, Duration.ofDays(1), "up", nodes),
                        new SimulatedPartition("gpu", false, Duration.ofHours(4), "up", nodes),
                        new SimulatedPartition("dgx", false, Duration.ofHours(2), "up", nodes)),
                List.of(
                        new SimulatedQos("normal", null, -1, false),
                        new SimulatedQos("gpu", Duration.ofMinutes(30), -1, false),
                        new SimulatedQos("low", null, -1, false),
                        new SimulatedQos("debug", Duration.ofMinutes(5), 2, true)),
                Set.of("ai-factory", "research"),
                32,
                131_072,
                Set.of("dgx_a100", "skylake"),
                "gpu:a100:2",
                true,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofSeconds(300),
                Duration.ofSeconds(30),
                Duration.ZERO,
                "sched/backfill");
    }

    public ClusterConfiguration withVersion(String other) {
        return new ClusterConfiguration(
                other,
                user,
                partitions,
                qualities,
                accounts,
                cpusPerNode,
                memoryMegabytesPerNode,
                features,
                genericResources,
                accounting,
                accountingDelay,
                visibilityDelay,
                minJobAge,
                killWait,
                signalEarliness,
                scheduler);
    }

    public ClusterConfiguration withoutAccounting() {
        return new ClusterConfiguration(
                version,
                user,
                partitions,
                qualities,
                accounts,
                cpusPerNode,
                memoryMegabytesPerNode,
                features,
                genericResources,
                false,
                accountingDelay,
                visibilityDelay,
                minJobAge,
                killWait,
                signalEarliness,
                scheduler);
    }

    public ClusterConfiguration withDelays(Duration inAccounting, Duration inQueue) {
        return new ClusterConfiguration(
                version,
                user,
                partitions,
                qualities,
                accounts,
                cpusPerNode,
                memoryMegabytesPerNode,
                features,
                genericResources,
                accounting,
                inAccounting,
                inQueue,
                minJobAge,
                killWait,
                signalEarliness,
                scheduler);
    }

    public ClusterConfiguration withMinJobAge(Duration age) {
        return new ClusterConfiguration(
                version,
                user,
                partitions,
                qualities,
                accounts,
                cpusPerNode,
                memoryMegabytesPerNode,
                features,
                genericResources,
                accounting,
                accountingDelay,
                visibilityDelay,
                age,
                killWait,
                signalEarliness,
                scheduler);
    }

    public ClusterConfiguration withSignalEarliness(Duration earliness) {
        return new ClusterConfiguration(
                version,
                user,
                partitions,
                qualities,
                accounts,
                cpusPerNode,
                memoryMegabytesPerNode,
                features,
                genericResources,
                accounting,
                accountingDelay,
                visibilityDelay,
                minJobAge,
                killWait,
                earliness,
                scheduler);
    }

    public ClusterConfiguration withScheduler(String other) {
        return new ClusterConfiguration(
                version,
                user,
                partitions,
                qualities,
                accounts,
                cpusPerNode,
                memoryMegabytesPerNode,
                features,
                genericResources,
                accounting,
                accountingDelay,
                visibilityDelay,
                minJobAge,
                killWait,
                signalEarliness,
                other);
    }

    /** Year and month as one number, 2205 or 2605. */
    int release() {
        return Integer.parseInt(version.substring(0, 2)) * 100 + Integer.parseInt(version.substring(3, 5));
    }
}
