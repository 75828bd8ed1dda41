package aifactory.commandline.campaign;

import aifactory.capacity.SearchBounds;
import aifactory.commandline.configuration.YamlFile;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.load.BenchmarkFile;
import aifactory.commandline.load.LoadRequest;
import aifactory.commandline.load.ServiceLevel;
import aifactory.commandline.session.Session;
import aifactory.protocol.ServerRequest;
import aifactory.protocol.WorkloadRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads campaign files: benchmark files with a {@code sweep}, a {@code find_capacity}, or both. Stateless. */
public final class CampaignFile {
    private static final int MOST_STEPS = 1_000;
    private static final int MOST_CLIENTS = 10_000;
    private static final double USUAL_PRECISION = 0.05;
    private static final int USUAL_MOST_STEPS = 30;
    private static final double USUAL_FAILED_SHARE = 0.01;
    private static final List<String> FIND_KEYS = List.of(
            "vary",
            "min",
            "max",
            "precision",
            "max_steps",
            "max_clients",
            "slo",
            "attainment",
            "max_failed_share",
            "pause");
    private static final List<String> VARIED = List.of("request_rate", "concurrency");

    private final Session session;
    private final Path path;
    private final BenchmarkFile base;

    private CampaignFile(Session session, Path path, BenchmarkFile base) {
        this.session = session;
        this.path = path;
        this.base = base;
    }

    /**
     * Reads a file, and resolves the load of every step, so that nothing is started that cannot work.
     *
     * @param findCapacity whether a capacity is to be searched; the sweep is left out then
     * @throws CommandFailure with exit code 2 names the file, the key, the value and the remedy
     */
    public static Campaign read(Session session, Path path, boolean findCapacity) {
        JsonNode root = YamlFile.read(path, "campaign file");
        BenchmarkFile base = BenchmarkFile.ofCampaign(path, root);
        CampaignFile file = new CampaignFile(session, path, base);
        CapacityTargets find = findCapacity ? file.find(root.path("find_capacity")) : null;
        SweepKeys sweep =
                SweepKeys.read(path, findCapacity ? JsonNodeFactory.instance.objectNode() : root.path("sweep"));
        if (!findCapacity && root.path("sweep").isMissingNode()) {
            throw CommandFailure.wrongInput(path + " has no 'sweep'"
                    + (root.path("find_capacity").isMissingNode()
                            ? ": name the steps there, or use 'aifactory benchmark -f' for a single run"
                            : ": add one, or search the capacity with --find-capacity"));
        }
        List<CampaignStep> steps = new ArrayList<>();
        List<Map<String, JsonNode>> combinations = find == null
                ? sweep.combinations()
                : List.of(varied(find, find.bounds().lowest()));
        for (Map<String, JsonNode> values : combinations) {
            if (steps.size() == MOST_STEPS) {
                throw CommandFailure.wrongInput(
                        "'sweep' in " + path + " makes more than " + MOST_STEPS + " steps: take fewer values");
            }
            steps.add(file.step(values));
        }
        Duration pause = find == null
                ? sweep.pause()
                : SweepKeys.pause(
                        path, "find_capacity.pause", root.path("find_capacity").path("pause"));
        return new Campaign(base, steps, sweep.repeats(), sweep.orderSeed(), pause, find, sha256(root, findCapacity));
    }

    /** The base with these values over it. */
    CampaignStep step(Map<String, JsonNode> values) {
        ObjectNode load = base.load().deepCopy();
        long clients = base.numClients() == null ? 1 : base.numClients();
        List<String> name = new ArrayList<>();
        Map<String, Object> arguments = new TreeMap<>(ownArguments());
        for (Map.Entry<String, JsonNode> value : values.entrySet()) {
            JsonNode node = value.getValue();
            name.add(value.getKey() + "=" + text(node));
            if (value.getKey().startsWith(SweepKeys.SERVER)) {
                arguments.put(value.getKey().substring(SweepKeys.SERVER.length()), plain(value.getKey(), node));
            } else if (value.getKey().equals("num_clients")) {
                clients = count("sweep.num_clients", node, MOST_CLIENTS);
            } else {
                load.set(value.getKey(), node);
            }
        }
        if (load.has("request_rate")
                && values.containsKey("concurrency")
                && !base.load().has("concurrency")) {
            throw CommandFailure.wrongInput("'sweep.concurrency' in " + path
                    + " in addition to a request_rate would only cap it: omit one of them, or set the cap in"
                    + " 'workload'");
        }
        WorkloadRequest request = LoadRequest.of(session, path, load);
        return new CampaignStep(
                name.isEmpty() ? "the workload" : String.join(" ", name),
                Math.toIntExact(clients),
                arguments,
                request,
                LoadRequest.resolve(request, Math.toIntExact(clients)));
    }

    private Map<String, Object> ownArguments() {
        ServerRequest server = base.server();
        return server == null || server.arguments() == null ? Map.of() : server.arguments();
    }

    private Object plain(String key, JsonNode node) {
        if (base.server() == null || base.server().group() != null) {
            throw wrong("sweep." + key, node, "there is no server block whose arguments it could vary");
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (!node.isNumber() && !node.isString()) {
            throw wrong("sweep." + key, node, "give texts, numbers, true or false");
        }
        return node.isNumber() ? node.numberValue() : node.asString();
    }

    /** The step of a search at this load. */
    static CampaignStep searchStep(Session session, Path path, Campaign campaign, double load, int clients) {
        CapacityTargets find = campaign.find();
        if (find == null) {
            throw new IllegalStateException("no capacity is searched");
        }
        CampaignStep step = new CampaignFile(session, path, campaign.base()).step(varied(find, load));
        return new CampaignStep(
                step.name(),
                clients,
                step.serverArguments(),
                step.workload(),
                LoadRequest.resolve(step.workload(), clients));
    }

    private static String text(JsonNode node) {
        return node.isValueNode() ? node.asString().replaceAll("\\.0$", "") : node.toString();
    }

    private static Map<String, JsonNode> varied(CapacityTargets find, double load) {
        JsonNode value = find.bounds().whole()
                ? JsonNodeFactory.instance.numberNode(Math.round(load))
                : JsonNodeFactory.instance.numberNode(load);
        return Map.of(find.vary(), value);
    }

    private CapacityTargets find(JsonNode node) {
        if (!node.isObject()) {
            throw CommandFailure.wrongInput(
                    "'find_capacity' in " + path + (node.isMissingNode() ? " is missing" : " is no mapping")
                            + ": write {vary: request_rate, min: 1, max: 500, slo: {ttft_ms.p95: 400}}");
        }
        node.propertyNames().forEach(key -> YamlFile.requireKnown(path, "find_capacity.", key, FIND_KEYS));
        String vary = node.path("vary").stringValue("request_rate");
        if (!VARIED.contains(vary)) {
            throw wrong("find_capacity.vary", node.path("vary"), "give one of " + String.join(", ", VARIED));
        }
        boolean whole = vary.equals("concurrency");
        double lowest = number(node, "min", 1, whole);
        double highest = number(node, "max", null, whole);
        if (highest < lowest) {
            throw wrong("find_capacity.max", node.path("max"), "it is below min, which is " + node.path("min"));
        }
        double precision = number(node, "precision", USUAL_PRECISION, false);
        if (precision > 0.5) {
            throw wrong(
                    "find_capacity.precision",
                    node.path("precision"),
                    "give a share of the capacity up to 0.5, such as 0.05");
        }
        long steps = node.has("max_steps")
                ? count("find_capacity.max_steps", node.path("max_steps"), MOST_STEPS)
                : USUAL_MOST_STEPS;
        long clients = base.numClients() == null ? 1 : base.numClients();
        long most = node.has("max_clients")
                ? count("find_capacity.max_clients", node.path("max_clients"), MOST_CLIENTS)
                : clients;
        if (most < clients) {
            throw wrong(
                    "find_capacity.max_clients", node.path("max_clients"), "num_clients is " + clients + " already");
        }
        List<ServiceLevel> levels = node.has("slo")
                ? BenchmarkFile.serviceLevels(path, "find_capacity.slo", node.path("slo"))
                : base.serviceLevels();
        Double attainment = attainment(node.path("attainment"));
        if (levels.isEmpty() && attainment == null) {
            throw CommandFailure.wrongInput(
                    "'find_capacity' in " + path + " has no targets: give slo: {ttft_ms.p99: 500}, or attainment:"
                            + " 0.99 with limits in workload.goodput");
        }
        ServiceLevelContradictions.check(path, levels, node.has("slo") ? base.serviceLevels() : List.of());
        if (whole && base.load().has("request_rate")) {
            throw wrong(
                    "find_capacity.vary",
                    node.path("vary"),
                    "the workload has a request_rate, which concurrency would only cap");
        }
        return new CapacityTargets(
                vary,
                new SearchBounds(lowest, highest, precision, whole, !whole, Math.toIntExact(steps)),
                levels,
                attainment,
                maxFailedShare(node.path("max_failed_share")),
                Math.toIntExact(most));
    }

    private double maxFailedShare(JsonNode node) {
        if (node.isMissingNode()) {
            return USUAL_FAILED_SHARE;
        }
        if (!node.isNumber() || !(node.asDouble() >= 0 && node.asDouble() < 1)) {
            throw wrong(
                    "find_capacity.max_failed_share",
                    node,
                    "give a share of the requests from 0 to less than 1, such as 0.01");
        }
        return node.asDouble();
    }

    private @Nullable Double attainment(JsonNode node) {
        if (node.isMissingNode()) {
            return null;
        }
        if (!node.isNumber() || !(node.asDouble() > 0 && node.asDouble() <= 1)) {
            throw wrong("find_capacity.attainment", node, "give a share of the requests from 0 to 1, such as 0.99");
        }
        if (!base.load().path("goodput").isObject()
                || base.load().path("goodput").isEmpty()) {
            throw wrong(
                    "find_capacity.attainment",
                    node,
                    "the limits of each request are missing: give them in workload.goodput");
        }
        return node.asDouble();
    }

    private double number(JsonNode mapping, String key, @Nullable Double usual, boolean whole) {
        JsonNode node = mapping.path(key);
        if (node.isMissingNode() && usual != null) {
            return usual;
        }
        if (!node.isNumber()
                || !(node.asDouble() > 0)
                || node.asDouble() > 1e9
                || (whole && !node.isIntegralNumber())) {
            throw wrong(
                    "find_capacity." + key, node, "give a " + (whole ? "whole number" : "number") + " greater than 0");
        }
        return node.asDouble();
    }

    private double number(JsonNode mapping, String key, int usual, boolean whole) {
        return number(mapping, key, (double) usual, whole);
    }

    private long count(String key, JsonNode node, long most) {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < 1 || node.asLong() > most) {
            throw wrong(key, node, "give a whole number from 1 to " + most);
        }
        return node.asLong();
    }

    private CommandFailure wrong(String key, JsonNode node, String remedy) {
        return CommandFailure.wrongInput("'" + key + "' in " + path + " cannot be "
                + (node.isMissingNode() ? "left out" : node.toString()) + ": " + remedy);
    }

    private static String sha256(JsonNode root, boolean findCapacity) {
        Map<String, JsonNode> members = new LinkedHashMap<>();
        root.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((findCapacity + members.toString()).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
