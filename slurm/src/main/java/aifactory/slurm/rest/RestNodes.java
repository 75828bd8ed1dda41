package aifactory.slurm.rest;

import aifactory.slurm.HostList;
import aifactory.slurm.NodeGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Reads partitions and nodes, and groups alike nodes as {@code sinfo --exact} does. */
final class RestNodes {
    /** What makes nodes alike. */
    private record Shape(
            String state, int cpus, long memoryMegabytes, String genericResources, List<String> features) {}

    private record Node(String name, Shape shape, int idleCpus) {}

    private RestNodes() {}

    static List<NodeGroup> groups(List<JsonNode> partitions, List<JsonNode> nodes) {
        List<NodeGroup> groups = new ArrayList<>();
        for (JsonNode partition : partitions) {
            String name = RestJson.text(partition.path("name"));
            Map<Shape, List<Node>> alike = new LinkedHashMap<>();
            for (JsonNode node : nodes) {
                if (RestJson.words(node.path("partitions")).contains(name)) {
                    Node read = node(node);
                    alike.computeIfAbsent(read.shape, shape -> new ArrayList<>())
                            .add(read);
                }
            }
            alike.forEach((shape, members) -> groups.add(group(partition, name, shape, members)));
        }
        return groups;
    }

    private static NodeGroup group(JsonNode partition, String name, Shape shape, List<Node> members) {
        JsonNode maximums = partition.path("maximums");
        long minutes =
                RestJson.number(maximums.has("time") ? maximums.path("time") : partition.path("max_time_limit"), -1);
        long nodes = RestJson.number(
                maximums.has("nodes") ? maximums.path("nodes") : partition.path("maximum_nodes_per_job"), -1);
        JsonNode state = partition.has("state")
                ? partition.path("state")
                : partition.path("partition").path("state");
        return new NodeGroup(
                name,
                RestJson.words(partition.path("flags")).stream().anyMatch(flag -> flag.equalsIgnoreCase("default")),
                available(RestJson.firstWord(state)),
                minutes < 0 ? null : Duration.ofMinutes(minutes),
                nodes < 0 || nodes > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) nodes,
                shape.state,
                members.size(),
                shape.cpus,
                members.stream().mapToInt(Node::idleCpus).sum(),
                shape.memoryMegabytes,
                shape.genericResources,
                shape.features,
                HostList.compress(members.stream().map(Node::name).toList()));
    }

    private static String available(String state) {
        String word = state.toLowerCase(Locale.ROOT);
        return word.equals("inactive") ? "inact" : word;
    }

    private static Node node(JsonNode node) {
        int cpus = (int) RestJson.number(node.path("cpus"), 0);
        long used = RestJson.number(node.path("alloc_cpus"), 0);
        String state = state(node);
        boolean takesJobs = !state.startsWith("d") && !state.equals("maint") && !state.equals("unknown");
        return new Node(
                RestJson.text(node.path("name")),
                new Shape(
                        state,
                        cpus,
                        RestJson.number(node.path("real_memory"), 0),
                        RestJson.text(node.path("gres")),
                        RestJson.words(node.path("active_features"))),
                takesJobs ? (int) (cpus - used) : 0);
    }

    /** {@code sinfo}'s one word for a state and its flags, which the versions write into one list or two. */
    private static String state(JsonNode node) {
        Set<String> words = new TreeSet<>();
        List<String> states = RestJson.words(node.path("state"));
        states.forEach(word -> words.add(word.toLowerCase(Locale.ROOT)));
        RestJson.words(node.path("state_flags")).forEach(word -> words.add(word.toLowerCase(Locale.ROOT)));
        if (words.contains("drain")) {
            boolean busy = words.contains("allocated") || words.contains("mixed") || words.contains("completing");
            return busy ? "draining" : "drained";
        }
        for (String flag : List.of("down", "maintenance", "reserved", "completing", "planned")) {
            if (words.contains(flag)) {
                return flag.equals("maintenance") ? "maint" : flag;
            }
        }
        return states.isEmpty() ? "unknown" : states.getFirst().toLowerCase(Locale.ROOT);
    }
}
