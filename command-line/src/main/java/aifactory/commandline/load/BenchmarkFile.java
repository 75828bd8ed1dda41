package aifactory.commandline.load;

import aifactory.commandline.configuration.YamlFile;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.option.AiServerFiles;
import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.option.Placement;
import aifactory.protocol.ServerRequest;
import aifactory.reporting.comparison.FailCondition;
import aifactory.workload.AiServerAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A benchmark file: what to measure, with how many clients, under which load, within which limits.
 *
 * @param aiServers empty when the file names none
 * @param server started with the clients, or of another group; null when the file has no such block
 * @param numClients null when the file does not say
 * @param timeLimitMinutes null when the file does not say
 * @param dispatcher null when the file does not say
 * @param placement what the group asks of the cluster
 * @param load the workload, the model included
 * @param serviceLevels what the result has to meet
 * @param gates under which conditions a comparison with an earlier run counts as failed
 */
public record BenchmarkFile(
        List<URI> aiServers,
        @Nullable ServerRequest server,
        @Nullable Long numClients,
        @Nullable Long timeLimitMinutes,
        @Nullable DispatcherKind dispatcher,
        Placement placement,
        ObjectNode load,
        List<ServiceLevel> serviceLevels,
        List<FailCondition> gates) {
    private static final String KIND = "benchmark file";
    static final List<String> KEYS = List.of(
            "ai_servers",
            "server",
            "model",
            "num_clients",
            "time_limit",
            "dispatcher",
            "profile",
            "partition",
            "qos",
            "account",
            "container",
            "gpu",
            "template",
            "workload",
            "slo",
            "gates");

    private static final List<String> CAMPAIGN_KEYS = List.of("sweep", "find_capacity");

    public BenchmarkFile {
        aiServers = List.copyOf(aiServers);
        serviceLevels = List.copyOf(serviceLevels);
        gates = List.copyOf(gates);
    }

    /** The file that says nothing. */
    public static BenchmarkFile empty() {
        return new BenchmarkFile(
                List.of(),
                null,
                null,
                null,
                null,
                Placement.NONE,
                JsonNodeFactory.instance.objectNode(),
                List.of(),
                List.of());
    }

    /**
     * Reads a file.
     *
     * @throws CommandFailure with exit code 2 names the file, the key, the value and the remedy
     */
    public static BenchmarkFile read(Path path) {
        JsonNode root = YamlFile.read(path, KIND);
        for (String key : CAMPAIGN_KEYS) {
            if (root.has(key)) {
                throw CommandFailure.wrongInput(
                        "'" + key + "' in " + path + " makes it a campaign: use 'aifactory sweep -f " + path + "'");
            }
        }
        root.propertyNames().forEach(key -> YamlFile.requireKnown(path, "", key, KEYS));
        return of(path, root);
    }

    /** What the steps of a campaign file share. */
    public static BenchmarkFile ofCampaign(Path path, JsonNode root) {
        List<String> known = new ArrayList<>(KEYS);
        known.addAll(CAMPAIGN_KEYS);
        root.propertyNames().forEach(key -> YamlFile.requireKnown(path, "", key, known));
        return of(path, root);
    }

    /** The keys of {@code workload}. */
    public static List<String> workloadKeys() {
        return WorkloadBlock.knownKeys();
    }

    private static BenchmarkFile of(Path path, JsonNode root) {
        JsonNode workload = root.path("workload");
        ObjectNode load = JsonNodeFactory.instance.objectNode();
        if (workload instanceof ObjectNode mapping) {
            WorkloadBlock.requireKnown(path, mapping);
            load.setAll(mapping);
            WorkloadBlock.resolvePaths(path, load);
        } else if (!workload.isMissingNode()) {
            throw wrong(path, "workload", workload, "give a mapping of keys to values");
        }
        if (root.path("model").isString()) {
            load.set("model", root.path("model"));
        }
        List<URI> running = servers(path, root.path("ai_servers"));
        ServerRequest server = ServerBlock.read(path, root.path("server"));
        if (server != null && !running.isEmpty()) {
            throw CommandFailure.wrongInput("ai_servers and server in " + path
                    + ": the first names servers that run already, the second starts others; leave one of them out");
        }
        return new BenchmarkFile(
                running,
                server,
                count(path, root, "num_clients"),
                count(path, root, "time_limit"),
                dispatcher(path, root.path("dispatcher")),
                placement(path, root),
                load,
                serviceLevels(path, "slo", root.path("slo")),
                gates(path, root.path("gates")));
    }

    /** The gates of a benchmark or campaign file. */
    public static List<FailCondition> readGates(Path path) {
        List<FailCondition> gates = gates(path, YamlFile.read(path, KIND).path("gates"));
        if (gates.isEmpty()) {
            throw CommandFailure.wrongInput("there are no 'gates' in " + path
                    + ": write conditions such as gates: ['ttft_ms.p99 > +5%'], or give them with --fail-if");
        }
        return gates;
    }

    private static List<FailCondition> gates(Path path, JsonNode node) {
        if (node.isMissingNode()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw wrong(path, "gates", node, "give a list of conditions such as 'ttft_ms.p99 > +5%'");
        }
        List<FailCondition> gates = new ArrayList<>();
        for (JsonNode entry : node) {
            if (!entry.isString()) {
                throw wrong(path, "gates", entry, "give conditions such as 'ttft_ms.p99 > +5%'");
            }
            try {
                gates.add(FailCondition.parse(entry.asString()));
            } catch (IllegalArgumentException e) {
                throw CommandFailure.wrongInput("gates in " + path + ": " + e.getMessage());
            }
        }
        return gates;
    }

    private static List<URI> servers(Path path, JsonNode node) {
        List<URI> servers = new ArrayList<>();
        if (node.isString()) {
            servers.addAll(servers(path, node.asString()));
        } else if (node.isArray()) {
            node.forEach(entry -> servers.addAll(servers(path, entry.asString())));
        } else if (!node.isMissingNode()) {
            throw wrong(path, "ai_servers", node, "give a list of addresses");
        }
        return servers;
    }

    private static List<URI> servers(Path path, String text) {
        try {
            return AiServerFiles.isFile(text)
                    ? AiServerFiles.read(path.toAbsolutePath().resolveSibling(AiServerFiles.path(text)))
                    : List.of(AiServerAddress.parse(text).uri());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput("ai_servers in " + path + ": " + e.getMessage());
        }
    }

    private static @Nullable DispatcherKind dispatcher(Path path, JsonNode node) {
        if (node.isMissingNode()) {
            return null;
        }
        try {
            return new DispatcherKind.Converter().convert(node.asString());
        } catch (TypeConversionException e) {
            throw CommandFailure.wrongInput("dispatcher in " + path + ": " + e.getMessage());
        }
    }

    private static Placement placement(Path path, JsonNode root) {
        JsonNode gpu = root.path("gpu");
        if (!gpu.isMissingNode() && !gpu.isBoolean()) {
            throw wrong(path, "gpu", gpu, "give true or false");
        }
        return new Placement(
                text(path, root, "profile"),
                text(path, root, "partition"),
                text(path, root, "qos"),
                text(path, root, "account"),
                text(path, root, "container"),
                gpu.asBoolean(false),
                text(path, root, "template"));
    }

    private static @Nullable String text(Path path, JsonNode root, String key) {
        JsonNode node = root.path(key);
        if (node.isMissingNode()) {
            return null;
        }
        if (!node.isString()) {
            throw wrong(path, key, node, "give a name");
        }
        return node.asString();
    }

    private static @Nullable Long count(Path path, JsonNode root, String key) {
        JsonNode node = root.path(key);
        if (node.isMissingNode()) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < 1) {
            throw wrong(path, key, node, "give a whole number greater than 0");
        }
        return node.asLong();
    }

    /**
     * Limits by figure.
     *
     * @param name of the mapping in the file
     */
    public static List<ServiceLevel> serviceLevels(Path path, String name, JsonNode node) {
        if (node.isMissingNode()) {
            return List.of();
        }
        if (!node.isObject()) {
            throw wrong(path, name, node, "give limits such as {ttft_ms.p99: 500}");
        }
        Map<String, Double> limits = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isNumber()) {
                throw wrong(path, name + "." + entry.getKey(), entry.getValue(), "give a number");
            }
            limits.put(entry.getKey(), entry.getValue().asDouble());
        }
        try {
            return limits.entrySet().stream()
                    .map(limit -> ServiceLevel.parse(limit.getKey(), limit.getValue()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput(name + " in " + path + ": " + e.getMessage());
        }
    }

    private static CommandFailure wrong(Path path, String key, JsonNode value, String remedy) {
        return CommandFailure.wrongInput("'" + key + "' in " + path + " cannot be " + value + ": " + remedy);
    }
}
