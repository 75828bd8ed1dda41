package aifactory.slurm.planning;

import aifactory.slurm.JobOptions;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.NodeGroup;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.TestStart;
import aifactory.slurm.command.SlurmCommands;
import aifactory.slurm.command.SlurmText;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plans a job before it is submitted: what it takes, where it fits, when it could start. Thread-safe. */
public final class CapacityPlanner {
    private static final long MEBIBYTE = 1L << 20;
    private static final String SCRIPT = "#!/bin/sh\nexit 0\n";

    private final SlurmGateway gateway;

    public CapacityPlanner(SlurmGateway gateway) {
        this.gateway = gateway;
    }

    /** @throws IllegalArgumentException for an invalid memory size */
    public CapacityPlan plan(PlanQuestion question) throws SlurmUnavailableException, InterruptedException {
        long memory = SlurmText.bytes(question.memory());
        if (memory <= 0) {
            throw new IllegalArgumentException(
                    "mem '" + question.memory() + "' is no size: write a number with K, M, G or T, for instance 8G");
        }
        List<NodeGroup> groups = gateway.nodes();
        List<PartitionOffer> offers = offers(groups, question, memory);
        PartitionOffer chosen = chosen(offers, question);
        JobSubmission submission = submission(question);
        TestStart start = gateway.testStart(submission);
        Instant expected = start instanceof TestStart.Estimated estimated ? estimated.startsAt() : null;
        String words = switch (start) {
            case TestStart.Estimated estimated -> estimated.words();
            case TestStart.Refused refused -> refused.refusal().toString();
            case TestStart.Unsupported unsupported -> unsupported.words();
        };
        boolean fits = chosen != null && chosen.obstacles().isEmpty() && !(start instanceof TestStart.Refused);
        double hours = question.timeLimit().toMinutes() / 60.0;
        int cpus = question.numClients() * question.cpus();
        return new CapacityPlan(
                question,
                cpus,
                memory * question.numClients(),
                question.numClients() * hours,
                cpus * hours,
                offers,
                chosen == null ? question.partition() : chosen.partition(),
                verdict(chosen, question, start),
                fits,
                expected,
                words,
                List.of(
                        SlurmCommands.show(SlurmCommands.nodes()),
                        SlurmCommands.show(SlurmCommands.testStart(submission))));
    }

    private static List<PartitionOffer> offers(List<NodeGroup> groups, PlanQuestion question, long memory) {
        Map<String, List<NodeGroup>> byPartition = new LinkedHashMap<>();
        groups.forEach(group -> byPartition
                .computeIfAbsent(group.partition(), name -> new ArrayList<>())
                .add(group));
        List<PartitionOffer> offers = new ArrayList<>();
        byPartition.forEach((name, members) -> offers.add(offer(name, members, question, memory)));
        return offers;
    }

    private static PartitionOffer offer(String name, List<NodeGroup> groups, PlanQuestion question, long memory) {
        NodeGroup first = groups.getFirst();
        int nodes = groups.stream().mapToInt(NodeGroup::count).sum();
        List<NodeGroup> fitting = groups.stream()
                .filter(group -> group.isUsable() && hasRoom(group, question, memory))
                .toList();
        int fits = fitting.stream().mapToInt(NodeGroup::count).sum();
        int idle = fitting.stream()
                .filter(group -> group.state().equals("idle"))
                .mapToInt(NodeGroup::count)
                .sum();
        List<String> shapes = groups.stream().map(CapacityPlanner::shape).toList();
        return new PartitionOffer(
                name,
                first.isDefault(),
                nodes,
                fits,
                idle,
                shapes,
                first.timeLimit(),
                obstacles(first, fits, question));
    }

    private static List<String> obstacles(NodeGroup partition, int fitting, PlanQuestion question) {
        List<String> obstacles = new ArrayList<>();
        if (!partition.available().equals("up")) {
            obstacles.add("it is " + partition.available() + " and starts no jobs");
        }
        Duration limit = partition.timeLimit();
        if (limit != null && question.timeLimit().compareTo(limit) > 0) {
            obstacles.add("its time limit is " + limit.toMinutes() + " min, less than "
                    + question.timeLimit().toMinutes());
        }
        if (question.numClients() > partition.maximumNodes()) {
            obstacles.add("it gives one job at most " + partition.maximumNodes() + " nodes");
        }
        if (question.numClients() > fitting) {
            obstacles.add(
                    fitting == 0
                            ? "none of its usable nodes has enough resources"
                            : "only " + fitting + " of its usable nodes " + (fitting == 1 ? "has" : "have")
                                    + " so much, and " + question.numClients() + " are asked for");
        }
        return obstacles;
    }

    private static boolean hasRoom(NodeGroup group, PlanQuestion question, long memory) {
        String constraint = question.constraint();
        return group.cpus() >= question.cpus()
                && group.memoryMegabytes() * MEBIBYTE >= memory
                && (constraint == null || group.features().containsAll(List.of(constraint.split("&", -1))))
                && hasResources(group.genericResources(), question.genericResources());
    }

    /** Of {@code gpu:a100:2(S:0),…} whether there are as many of that name, and of that type where one is named. */
    private static boolean hasResources(String offered, @Nullable String wanted) {
        if (wanted == null || wanted.isEmpty()) {
            return true;
        }
        for (String want : wanted.split(",", -1)) {
            String[] parts = want.split(":", -1);
            String last = parts[parts.length - 1];
            boolean counted = last.matches("[0-9]{1,9}");
            int count = counted ? Integer.parseInt(last) : 1;
            String type = parts.length - (counted ? 1 : 0) > 1 ? parts[1] : "";
            if (countOf(offered, parts[0], type) < count) {
                return false;
            }
        }
        return true;
    }

    private static int countOf(String offered, String name, String type) {
        int count = 0;
        for (String resource : offered.replaceAll("\\([^)]*\\)", "").split(",", -1)) {
            String[] parts = resource.split(":", -1);
            String last = parts[parts.length - 1];
            boolean matches = parts[0].equals(name) && (type.isEmpty() || (parts.length > 2 && parts[1].equals(type)));
            if (matches) {
                count += last.matches("[0-9]{1,9}") ? Integer.parseInt(last) : 1;
            }
        }
        return count;
    }

    private static String shape(NodeGroup group) {
        return String.format(
                Locale.ROOT,
                "%d x %d CPUs, %d GiB%s%s (%s)",
                group.count(),
                group.cpus(),
                group.memoryMegabytes() / 1024,
                group.genericResources().isEmpty() ? "" : ", " + group.genericResources(),
                group.features().isEmpty() ? "" : ", " + String.join(" ", group.features()),
                group.state());
    }

    private static @Nullable PartitionOffer chosen(List<PartitionOffer> offers, PlanQuestion question) {
        return offers.stream()
                .filter(offer -> question.partition() == null
                        ? offer.isDefault()
                        : offer.partition().equals(question.partition()))
                .findFirst()
                .orElse(null);
    }

    private static String verdict(@Nullable PartitionOffer chosen, PlanQuestion question, TestStart start) {
        if (chosen == null) {
            return question.partition() == null
                    ? "the cluster has no default partition: select one with --partition"
                    : "there is no partition '" + question.partition() + "'";
        }
        if (!chosen.obstacles().isEmpty()) {
            return "partition " + chosen.partition() + " cannot run it: " + String.join("; ", chosen.obstacles());
        }
        if (start instanceof TestStart.Refused refused) {
            return "Slurm would refuse it: " + refused.refusal();
        }
        return question.numClients() <= chosen.idle()
                ? "it fits into partition " + chosen.partition() + " now: " + chosen.idle() + " suitable nodes are idle"
                : "it fits into partition " + chosen.partition() + ", and has to wait: " + chosen.idle() + " of "
                        + chosen.fitting() + " suitable nodes are idle";
    }

    private static JobSubmission submission(PlanQuestion question) {
        JobOptions options = new JobOptions(
                "aifactory-plan",
                Path.of("/dev/null"),
                Path.of("/dev/null"),
                Path.of("/"),
                question.numClients(),
                1,
                question.cpus(),
                question.memory(),
                question.timeLimit(),
                question.partition(),
                question.qos(),
                question.account(),
                question.genericResources(),
                question.constraint(),
                false,
                null,
                null,
                null,
                null,
                false,
                List.of());
        return new JobSubmission(options, SCRIPT, Map.of());
    }
}
