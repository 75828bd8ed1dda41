package aifactory.slurm.simulation;

import aifactory.slurm.command.SlurmText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the controller and {@code sbatch} itself refuse, in their words. */
final class SubmissionCheck {
    /** The answer to a submission. */
    sealed interface Answer {
        record Fine() implements Answer {}

        /** By {@code sbatch}, before it contacts the controller. */
        record BadOption(String words) implements Answer {}

        /**
         * By the controller.
         *
         * @param first what {@code sbatch} prints before, empty or a whole line
         */
        record Refused(String first, String words) implements Answer {}
    }

    private static final Set<String> KNOWN = Set.of(
            "job-name",
            "output",
            "error",
            "chdir",
            "nodes",
            "ntasks-per-node",
            "cpus-per-task",
            "mem",
            "time",
            "partition",
            "qos",
            "account",
            "gres",
            "constraint",
            "exclusive",
            "reservation",
            "nodelist",
            "signal",
            "dependency",
            "no-kill",
            "no-requeue",
            "requeue",
            "parsable",
            "test-only",
            "export",
            "licenses",
            "comment",
            "exclude",
            "mail-type",
            "mail-user",
            "nice",
            "hint",
            "switches",
            "tmp",
            "wckey",
            "begin",
            "mem-per-cpu",
            "ntasks",
            "gpus",
            "gpus-per-node",
            "clusters");

    private static final int REFUSES_TOO_MANY_NODES = 2411;
    private static final int REFUSES_COMPONENTS_BEYOND_LIMITS = 2605;
    private static final String AGAINST_POLICY =
            "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)";

    private final SimulatedCluster cluster;

    SubmissionCheck(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** The first that is wrong with a component; a job is submitted whole or not at all. */
    Answer check(List<Map<String, String>> components) {
        return components.stream()
                .map(this::check)
                .filter(answer -> !(answer instanceof Answer.Fine))
                .findFirst()
                .orElseGet(() -> checkTogether(components));
    }

    /** A job of one component waits for ever instead. */
    private Answer checkTogether(List<Map<String, String>> components) {
        boolean refuses = components.size() > 1 && cluster.configuration.release() >= REFUSES_COMPONENTS_BEYOND_LIMITS;
        return refuses && components.stream().anyMatch(this::isBeyondWallLimit)
                ? refused(AGAINST_POLICY)
                : new Answer.Fine();
    }

    private boolean isBeyondWallLimit(Map<String, String> options) {
        Duration time = SimulatedText.timeLimit(options.getOrDefault("time", "10"));
        return cluster.configuration.qualities().stream()
                .filter(qos -> qos.name().equals(options.get("qos")))
                .map(SimulatedQos::maximumWall)
                .anyMatch(wall -> wall != null && time.compareTo(wall) > 0);
    }

    private Answer check(Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!KNOWN.contains(name)) {
                return new Answer.BadOption(
                        "sbatch: unrecognized option '--" + name + "'\nTry \"sbatch --help\" for more information\n");
            }
        }
        String time = options.getOrDefault("time", "10");
        if (SlurmText.duration(time) == null) {
            return new Answer.BadOption("sbatch: error: Invalid --time specification\n");
        }
        String memory = options.getOrDefault("mem", "1G");
        if (!memory.matches("[0-9]+[KMGT]?")) {
            return new Answer.BadOption("sbatch: error: Invalid --mem specification\n");
        }
        return checkPlace(options, SimulatedText.timeLimit(time), SimulatedText.megabytes(memory));
    }

    private Answer checkPlace(Map<String, String> options, Duration time, long megabytes) {
        ClusterConfiguration configuration = cluster.configuration;
        String partition = options.get("partition");
        if (partition != null && !cluster.partitions.containsKey(partition)) {
            return new Answer.Refused(
                    "sbatch: error: invalid partition specified: " + partition + "\n",
                    "Invalid partition name specified");
        }
        String account = options.get("account");
        if (account != null && !configuration.accounts().contains(account)) {
            return refused("Invalid account or account/partition combination specified");
        }
        String qos = options.get("qos");
        if (qos != null
                && configuration.qualities().stream()
                        .noneMatch(known -> known.name().equals(qos))) {
            return refused("Invalid qos specification");
        }
        if (megabytes > configuration.memoryMegabytesPerNode()) {
            return new Answer.Refused(
                    "sbatch: error: Memory specification can not be satisfied\n",
                    "Requested node configuration is not available");
        }
        // The versions before and after accept such a job, which waits for ever.
        if (configuration.release() == REFUSES_TOO_MANY_NODES && nodes(options) > nodesOf(partition)) {
            return refused("Requested node configuration is not available");
        }
        Answer resources = checkResources(options);
        return resources instanceof Answer.Fine ? checkPolicy(qos, time) : resources;
    }

    private static int nodes(Map<String, String> options) {
        return Integer.parseInt(options.getOrDefault("nodes", "1"));
    }

    private int nodesOf(@Nullable String partition) {
        return cluster.partitions.values().stream()
                .filter(known ->
                        partition == null ? known.isDefault() : known.name().equals(partition))
                .mapToInt(known -> known.nodes().size())
                .sum();
    }

    private Answer checkResources(Map<String, String> options) {
        String gres = options.get("gres");
        if (gres != null && !gres.isEmpty()) {
            List<String> wanted = List.of(gres.split(":", -1));
            List<String> there =
                    List.of(cluster.configuration.genericResources().split(":", -1));
            if (!wanted.getFirst().equals(there.getFirst())) {
                return new Answer.Refused("sbatch: error: Invalid generic resource (gres) specification\n", "");
            }
            boolean otherType = wanted.size() == 3 && !wanted.get(1).equals(there.get(1));
            if (otherType || Integer.parseInt(wanted.getLast()) > Integer.parseInt(there.getLast())) {
                return refused("Requested node configuration is not available");
            }
        }
        String constraint = options.get("constraint");
        if (constraint != null
                && !cluster.configuration.features().containsAll(List.of(constraint.split("[&|]", -1)))) {
            return refused("Invalid feature specification");
        }
        if (options.containsKey("reservation")) {
            return refused("Requested reservation is invalid");
        }
        if (options.containsKey("licenses")) {
            return refused("Invalid license specification");
        }
        String nodes = options.get("nodelist");
        if (nodes != null
                && cluster.partitions.values().stream()
                        .noneMatch(known -> known.nodes().contains(nodes))
                && nodes.indexOf('[') < 0) {
            return refused("Invalid node name specified");
        }
        return new Answer.Fine();
    }

    private Answer checkPolicy(@Nullable String name, Duration time) {
        for (SimulatedQos qos : cluster.configuration.qualities()) {
            if (!qos.name().equals(name) || !qos.denyOnLimit()) {
                continue;
            }
            Duration wall = qos.maximumWall();
            if (wall != null && time.compareTo(wall) > 0) {
                return policy("QOSMaxWallDurationPerJobLimit");
            }
            long submitted = cluster.jobs().stream()
                    .filter(job -> !job.isOver() && job.qos().equals(name))
                    .count();
            if (qos.maximumSubmitted() >= 0 && submitted >= qos.maximumSubmitted()) {
                return policy("QOSMaxSubmitJobPerUserLimit");
            }
        }
        return new Answer.Fine();
    }

    private static Answer policy(String limit) {
        return new Answer.Refused("sbatch: error: " + limit + "\n", AGAINST_POLICY);
    }

    private static Answer refused(String words) {
        return new Answer.Refused("", words);
    }

    /** With what the controller chooses where the user did not. */
    static Map<String, String> completed(SimulatedCluster cluster, Map<String, String> options) {
        Map<String, String> all = new LinkedHashMap<>(options);
        for (SimulatedPartition partition : cluster.partitions.values()) {
            if (partition.isDefault()) {
                all.putIfAbsent("partition", partition.name());
            }
        }
        return all;
    }
}
