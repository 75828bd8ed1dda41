package aifactory.slurm.simulation;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What a submission by REST asks for, as options of {@code sbatch}. A key that the version does not have is refused, as
 * it is there.
 */
final class SimulatedRestOptions {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("name", "job-name"),
            Map.entry("standard_output", "output"),
            Map.entry("standard_error", "error"),
            Map.entry("current_working_directory", "chdir"),
            Map.entry("partition", "partition"),
            Map.entry("qos", "qos"),
            Map.entry("account", "account"),
            Map.entry("dependency", "dependency"),
            Map.entry("reservation", "reservation"),
            Map.entry("licenses", "licenses"),
            Map.entry("comment", "comment"),
            Map.entry("wckey", "wckey"),
            Map.entry("constraints", "constraint"),
            Map.entry("cpus_per_task", "cpus-per-task"),
            Map.entry("tasks_per_node", "ntasks-per-node"),
            Map.entry("nice", "nice"),
            Map.entry("time_limit", "time"));
    private static final Map<String, String> OLD_NAMES = Map.of(
            "nodes",
            "nodes",
            "memory_per_node",
            "mem",
            "gres",
            "gres",
            "signal",
            "signal",
            "exclusive",
            "exclusive",
            "nodelist",
            "nodelist");

    private SimulatedRestOptions() {}

    static Map<String, String> read(int version, JsonNode job) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : job.properties()) {
            String name = entry.getKey();
            String value = entry.getValue().asString("");
            if (NAMES.containsKey(name)) {
                options.put(NAMES.get(name), value);
            } else if (!name.equals("environment") && !name.equals("script")) {
                special(version, name, value, options);
            }
        }
        return options;
    }

    private static void special(int version, String name, String value, Map<String, String> options)
            throws IOException {
        String old = OLD_NAMES.get(name);
        if (name.equals("requeue")) {
            // As v0.0.38 of 22.05 does: false is accepted but ignored.
            options.put(value.equals("true") || version < 39 ? "requeue" : "no-requeue", "");
        } else if (version < 39 && name.equals("no_requeue")) {
            options.put("no-requeue", "");
        } else if (version < 39 && old != null) {
            options.put(old, value);
        } else if (version < 39 && name.equals("no_kill") && value.equals("set")) {
            options.put("no-kill", "");
        } else if (version >= 39) {
            message(name, value, options);
        } else {
            throw new IOException("the simulated v0.0." + version + " has no key " + name);
        }
    }

    private static void message(String name, String value, Map<String, String> options) throws IOException {
        switch (name) {
            case "minimum_nodes" -> options.put("nodes", value);
            case "maximum_nodes" -> {}
            case "memory_per_node" -> options.put("mem", value + "M");
            case "tres_per_node" -> options.put("gres", value.replace("gres/", ""));
            case "shared" -> options.put("exclusive", "");
            case "required_nodes" -> options.put("nodelist", value);
            case "kill_on_node_fail" -> options.put("no-kill", "");
            case "kill_warning_signal" -> options.merge("signal", value, (delay, signal) -> signal + delay);
            case "kill_warning_delay" -> options.merge("signal", "@" + value, (signal, delay) -> signal + delay);
            default -> throw new IOException("the simulated slurmrestd has no key " + name);
        }
    }
}
