package aifactory.slurm.simulation;

import aifactory.slurm.command.CommandOutcome.Exited;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sinfo} with {@code -o} formats, and its {@code --version}. */
final class SimulatedSinfo {
    private final SimulatedCluster cluster;

    SimulatedSinfo(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    Exited run(SimulatedArguments arguments) {
        if (arguments.has("version")) {
            return new Exited(0, "slurm-wlm " + cluster.configuration.version() + "\n", "");
        }
        String format = arguments.get("format", "");
        StringBuilder output = new StringBuilder();
        for (SimulatedPartition partition : cluster.partitions.values()) {
            byState(partition).forEach((state, nodes) -> {
                StringBuilder line = new StringBuilder();
                for (int i = 0; i < format.length(); i++) {
                    char c = format.charAt(i);
                    line.append(c == '%' ? field(format.charAt(++i), partition, state, nodes) : String.valueOf(c));
                }
                output.append(line).append('\n');
            });
        }
        return new Exited(0, output.toString(), "");
    }

    Map<String, List<String>> byState(SimulatedPartition partition) {
        Map<String, List<String>> nodes = new LinkedHashMap<>();
        for (String node : partition.nodes()) {
            nodes.computeIfAbsent(state(node), state -> new ArrayList<>()).add(node);
        }
        return nodes;
    }

    String state(String node) {
        if (cluster.downNodes.contains(node)) {
            return "down*";
        }
        return cluster.holders.containsKey(node) ? "allocated" : "idle";
    }

    private String field(char letter, SimulatedPartition partition, String state, List<String> nodes) {
        ClusterConfiguration configuration = cluster.configuration;
        int total = nodes.size() * configuration.cpusPerNode();
        return switch (letter) {
            case 'P' -> partition.name() + (partition.isDefault() ? "*" : "");
            case 'a' -> partition.state();
            case 'l' -> partition.maximumTime() == null ? "infinite" : SimulatedText.shortTime(partition.maximumTime());
            case 's' -> "1-infinite";
            case 'T' -> state;
            case 'D' -> Integer.toString(nodes.size());
            case 'c' -> Integer.toString(configuration.cpusPerNode());
            case 'C' ->
                switch (state) {
                    case "idle" -> "0/" + total + "/0/" + total;
                    case "allocated" -> total + "/0/0/" + total;
                    default -> "0/0/" + total + "/" + total;
                };
            case 'm' -> Long.toString(configuration.memoryMegabytesPerNode());
            case 'G' -> configuration.genericResources().isEmpty() ? "(null)" : configuration.genericResources();
            case 'f' ->
                String.join(",", configuration.features().stream().sorted().toList());
            case 'N' -> SimulatedText.hostList(nodes);
            default -> throw new IllegalArgumentException("sinfo's %" + letter + " is not simulated; add it");
        };
    }
}
