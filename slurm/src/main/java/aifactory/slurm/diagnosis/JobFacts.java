package aifactory.slurm.diagnosis;

import aifactory.slurm.JobComponent;
import aifactory.slurm.JobDetails;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobState;
import aifactory.slurm.NodeGroup;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What explanations draw upon. Where only the accounting database knows the job, its details are missing and sentences
 * get shorter.
 *
 * @param details null where the controller has forgotten the job
 * @param nodes of the whole cluster, empty where they could not be asked for
 */
record JobFacts(JobObservation job, @Nullable JobDetails details, List<NodeGroup> nodes) {
    JobFacts {
        nodes = List.copyOf(nodes);
    }

    /** Of a job that waits, about which no more was asked. */
    static JobFacts ofReason(JobId id, String reason, String partition) {
        JobObservation job = new JobObservation(
                id,
                "",
                JobState.PENDING,
                "PENDING",
                reason,
                partition,
                null,
                null,
                null,
                "",
                null,
                -1,
                JobObservation.Source.QUEUE);
        return new JobFacts(job, null, List.of());
    }

    /** The facts of one component; null where the controller does not report them. */
    @Nullable
    JobFacts ofComponent(JobComponent component) {
        return details == null
                ? null
                : details.components().stream()
                        .filter(own -> own.observation().id().equals(component.id()))
                        .map(own -> new JobFacts(own.observation(), own, nodes))
                        .findFirst()
                        .orElse(null);
    }

    private @Nullable String field(String name) {
        return details == null ? null : details.field(name);
    }

    /** The value of a field, or a general word for it. */
    private String named(String word, String name) {
        String value = field(name);
        return value == null || value.isEmpty() ? "its " + word : word + " '" + value + "'";
    }

    String partition() {
        return job.partition().isEmpty() ? "its partition" : "partition '" + job.partition() + "'";
    }

    String qos() {
        return named("QOS", "QOS");
    }

    String account() {
        return named("account", "Account");
    }

    String dependency() {
        return named("dependency", "Dependency");
    }

    String reservation() {
        return named("reservation", "Reservation");
    }

    /** The job's own time limit. */
    String timeLimit() {
        String limit = field("TimeLimit");
        return limit == null ? "its time limit" : "its time limit of " + limit;
    }

    String nodeCount() {
        String count = field("NumNodes");
        if (count == null) {
            return "its nodes";
        }
        int dash = count.indexOf('-');
        String least = dash < 0 ? count : count.substring(0, dash);
        return least.equals("1") ? "1 node" : least + " nodes";
    }

    @Nullable
    String requestedNodes() {
        return field("ReqNodeList");
    }

    /** What it requests of each node, as far as known: {@code 4 CPUs, 8G, constraint skylake}. */
    String shape() {
        StringBuilder shape = new StringBuilder();
        append(shape, "", field("MinCPUsNode"), " CPUs");
        append(shape, "", field("MinMemoryNode"), " memory");
        append(shape, "constraint ", field("Features"), "");
        append(shape, "", generic(), "");
        return shape.isEmpty() ? "its resources per node" : shape.toString();
    }

    private @Nullable String generic() {
        String resources = field("TresPerNode");
        return resources == null ? field("Gres") : resources;
    }

    private static void append(StringBuilder shape, String before, @Nullable String value, String after) {
        if (value != null && !value.isEmpty() && !value.equals("0")) {
            shape.append(shape.isEmpty() ? "" : ", ")
                    .append(before)
                    .append(value)
                    .append(after);
        }
    }

    /** Of the job's partition, null for none or where it is not known. */
    @Nullable
    Duration partitionTimeLimit() {
        return partitionNodes().stream()
                .map(NodeGroup::timeLimit)
                .filter(limit -> limit != null)
                .findFirst()
                .orElse(null);
    }

    List<NodeGroup> partitionNodes() {
        return nodes.stream()
                .filter(group -> group.partition().equals(job.partition()))
                .toList();
    }

    /** {@code 1 idle, 3 allocated, 1 down}; empty where nothing is known. */
    String nodeStates() {
        StringBuilder states = new StringBuilder();
        java.util.Map<String, Integer> counts = new java.util.TreeMap<>();
        partitionNodes().forEach(group -> counts.merge(group.state(), group.count(), Integer::sum));
        counts.forEach((state, count) -> states.append(states.isEmpty() ? "" : ", ")
                .append(count)
                .append(' ')
                .append(state));
        return states.toString();
    }

    int nodesInPartition() {
        return partitionNodes().stream().mapToInt(NodeGroup::count).sum();
    }
}
