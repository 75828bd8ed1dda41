package aifactory.commandline.campaign;

import aifactory.commandline.configuration.YamlFile;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.load.BenchmarkFile;
import aifactory.workload.DurationText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code sweep} of a campaign file: lists of values by key, of which every combination is a step, or the steps
 * themselves.
 *
 * @param orderSeed null to take the runs as they stand
 * @param pause between two steps
 * @param combinations the values of each step
 */
record SweepKeys(int repeats, @Nullable Long orderSeed, Duration pause, List<Map<String, JsonNode>> combinations) {
    /** What the names of the servers' arguments begin with. */
    static final String SERVER = "server.";

    private static final int MOST_REPEATS = 100;
    private static final int MOST_COMBINATIONS = 1_001;
    private static final List<String> CONTROL = List.of("repeats", "order", "order_seed", "pause", "steps");
    /** A group is released when it is idle for ten minutes. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(8);

    static SweepKeys read(Path path, JsonNode node) {
        if (node.isMissingNode() || (node instanceof ObjectNode empty && empty.isEmpty())) {
            return new SweepKeys(1, null, Duration.ZERO, List.of(Map.of()));
        }
        if (!(node instanceof ObjectNode sweep)) {
            throw wrong(
                    path,
                    "sweep",
                    node,
                    "give lists of values by key, such as {request_rate: [10, 20, 40], repeats: 3}");
        }
        List<String> keys = new ArrayList<>(BenchmarkFile.workloadKeys());
        keys.remove("steps"); // Those of a load; here they are the campaign's.
        keys.add("num_clients");
        List<String> known = new ArrayList<>(keys);
        known.addAll(CONTROL);
        sweep.propertyNames().forEach(key -> requireKnown(path, "sweep.", key, known));
        int repeats = repeats(path, sweep.path("repeats"));
        List<Map<String, JsonNode>> combinations = sweep.has("steps") ? steps(path, sweep, keys) : product(path, sweep);
        return new SweepKeys(
                repeats, orderSeed(path, sweep), pause(path, "sweep.pause", sweep.path("pause")), combinations);
    }

    /** What a server takes is its own to say. */
    private static void requireKnown(Path path, String parent, String key, List<String> known) {
        if (!key.matches("server\\.[A-Za-z][A-Za-z0-9_-]{0,63}")) {
            YamlFile.requireKnown(path, parent, key, known);
        }
    }

    private static List<Map<String, JsonNode>> steps(Path path, ObjectNode sweep, List<String> keys) {
        JsonNode steps = sweep.path("steps");
        for (String key : sweep.propertyNames()) {
            if (!CONTROL.contains(key)) {
                throw wrong(
                        path,
                        "sweep." + key,
                        sweep.path(key),
                        "the steps are named one by one in sweep.steps; put it there");
            }
        }
        if (!steps.isArray() || steps.isEmpty()) {
            throw wrong(
                    path, "sweep.steps", steps, "give a list of mappings, such as [{num_clients: 2, request_rate: 4}]");
        }
        List<Map<String, JsonNode>> combinations = new ArrayList<>();
        for (JsonNode step : steps) {
            if (!step.isObject() || step.isEmpty()) {
                throw wrong(path, "sweep.steps", step, "each step is a mapping of keys to values");
            }
            Map<String, JsonNode> values = new LinkedHashMap<>();
            step.properties().forEach(member -> {
                requireKnown(path, "sweep.steps.", member.getKey(), keys);
                values.put(member.getKey(), member.getValue());
            });
            if (combinations.size() < MOST_COMBINATIONS) {
                combinations.add(values);
            }
        }
        return combinations;
    }

    private static List<Map<String, JsonNode>> product(Path path, ObjectNode sweep) {
        List<Map<String, JsonNode>> combinations = List.of(Map.of());
        for (Map.Entry<String, JsonNode> member : slowestFirst(sweep)) {
            JsonNode values = member.getValue();
            if (!values.isArray() || values.isEmpty()) {
                throw wrong(path, "sweep." + member.getKey(), values, "give a list of values");
            }
            List<Map<String, JsonNode>> longer = new ArrayList<>();
            for (Map<String, JsonNode> before : combinations) {
                for (JsonNode value : values) {
                    if (longer.size() < MOST_COMBINATIONS) {
                        Map<String, JsonNode> with = new LinkedHashMap<>(before);
                        with.put(member.getKey(), value);
                        longer.add(with);
                    }
                }
            }
            combinations = longer;
        }
        if (combinations.size() == 1 && combinations.getFirst().isEmpty()) {
            throw wrong(path, "sweep", sweep, "it varies nothing; give lists of values by key, or steps");
        }
        return combinations;
    }

    /** Another argument restarts the servers, which takes the longest: it changes as seldom as possible. */
    private static List<Map.Entry<String, JsonNode>> slowestFirst(ObjectNode sweep) {
        List<Map.Entry<String, JsonNode>> members = new ArrayList<>(sweep.properties());
        members.removeIf(member -> CONTROL.contains(member.getKey()));
        members.sort(Comparator.comparing(member -> !member.getKey().startsWith(SERVER)));
        return members;
    }

    private static int repeats(Path path, JsonNode node) {
        if (node.isMissingNode()) {
            return 1;
        }
        if (!node.isIntegralNumber() || node.asLong() < 1 || node.asLong() > MOST_REPEATS) {
            throw wrong(path, "sweep.repeats", node, "give a whole number from 1 to " + MOST_REPEATS);
        }
        return node.asInt();
    }

    private static @Nullable Long orderSeed(Path path, ObjectNode sweep) {
        JsonNode order = sweep.path("order");
        JsonNode seed = sweep.path("order_seed");
        String given = order.stringValue("given");
        if (!given.equals("given") && !given.equals("random")) {
            throw wrong(path, "sweep.order", order, "give 'given' or 'random'");
        }
        if (seed.isMissingNode()) {
            return given.equals("random") ? 1L : null;
        }
        if (!seed.isIntegralNumber() || !seed.canConvertToLong() || given.equals("given")) {
            throw wrong(path, "sweep.order_seed", seed, "give a whole number, with order: random");
        }
        return seed.asLong();
    }

    /** A pause between two steps; none where none is given. */
    static Duration pause(Path path, String key, JsonNode node) {
        if (node.isMissingNode()) {
            return Duration.ZERO;
        }
        Duration pause = null;
        try {
            pause = node.isString() ? DurationText.parse(node.asString()) : null;
        } catch (IllegalArgumentException e) {
            // Named below.
        }
        if (pause == null || pause.isNegative() || pause.compareTo(LONGEST_PAUSE) > 0) {
            throw wrong(path, key, node, "give a time from 0s to " + LONGEST_PAUSE.toMinutes() + "m, such as 30s");
        }
        return pause;
    }

    private static CommandFailure wrong(Path path, String key, JsonNode node, String remedy) {
        return CommandFailure.wrongInput("'" + key + "' in " + path + " cannot be " + node + ": " + remedy);
    }
}
