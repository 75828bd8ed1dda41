package aifactory.commandline.load;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Session;
import aifactory.protocol.JsonFormat;
import aifactory.workload.DurationText;
import aifactory.workload.key.KeyType;
import aifactory.workload.key.WorkloadKey;
import aifactory.workload.key.WorkloadKeys;
import aifactory.workload.key.WorkloadOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the options of a load over what a file says of it, in the form of the {@code workload} of a benchmark file,
 * which is also that of a run's request.
 */
final class RequestedLoad {
    private static final int PREFIXES_WITH_HIT_RATE = 8;

    private final Session session;
    private final LoadOptions options;
    private final ObjectNode load;

    private RequestedLoad(Session session, LoadOptions options, ObjectNode load) {
        this.session = session;
        this.options = options;
        this.load = load;
    }

    /** What the file says, and over it what the options say. The file's mapping is left as it is. */
    static ObjectNode of(Session session, LoadOptions options, ObjectNode file) {
        RequestedLoad requested = new RequestedLoad(session, options, file.deepCopy());
        for (WorkloadOption option : WorkloadKeys.options()) {
            Object value = options.value(option);
            if (value != null) {
                requested.put(option, value);
            }
        }
        requested.complete();
        return requested.load;
    }

    private void put(WorkloadOption option, Object value) {
        switch (option.name()) {
            case "--model" -> putModel(value.toString());
            case "--api-key-file", "--api-key-env", "--api-key-command" -> putKeySource(option, value);
            case "--steps" -> StepsText.put(value.toString(), load.putArray("steps"));
            case "--goodput" -> putGoodput(texts(value));
            case "--header" -> texts(value).forEach(this::putHeader);
            case "--extra-body" -> putExtraBody(value.toString());
            case "--random-range-ratio" -> {} // after the lengths, in complete()
            case "--fixed-schedule" -> {
                if (value.equals(true)) {
                    load.put("arrival_pattern", "trace");
                }
            }
            case "--multi-turn" -> {
                if (value.equals(true)) {
                    mapping("conversation");
                }
            }
            case "--session-turn-delay-mean" -> {
                if (!options.has("--turn-think-time")) {
                    set(option.key().name(), millis(value));
                }
            }
            case "--session-turn-delay-stddev" -> set(option.key().name(), millis(value));
            case "--ramp-up" -> set("ramp_up.duration", node(value));
            case "--dataset" -> load.putObject("dataset").set("path", node(value));
            case "--tokenizer" -> set(option.key().name(), node(value));
            default -> {
                if (option.key().name().startsWith("dataset.")) {
                    putOfDataset(option, value);
                } else {
                    putDirect(option, value);
                }
            }
        }
    }

    /** An option replaces another source that the file names; two options are refused by the validation. */
    private void putKeySource(WorkloadOption option, Object value) {
        for (String other : List.of("--api-key-file", "--api-key-env", "--api-key-command")) {
            if (!options.has(other)) {
                load.remove(WorkloadKeys.option(other).key().name());
            }
        }
        putDirect(option, value);
    }

    /** One model, or several with their weights: {@code base=0.7,adapter=0.3}. */
    private void putModel(String text) {
        load.remove("model");
        load.remove("models");
        boolean isMix = text.contains("=") && (text.contains(",") || text.matches("[^,]+=[0-9.]+"));
        if (!isMix) {
            load.put("model", text);
            return;
        }
        ObjectNode models = load.putObject("models");
        for (String share : text.split(",", -1)) {
            int equals = share.lastIndexOf('=');
            String name = share.substring(0, Math.max(0, equals)).strip();
            String weight = share.substring(equals + 1).strip();
            if (name.isEmpty() || !weight.matches("[0-9]{0,9}(\\.[0-9]{0,15})?") || !weight.matches(".*[0-9].*")) {
                throw CommandFailure.wrongInput("invalid value for --model: '" + share
                        + "' (expected NAME, or NAME=WEIGHT,NAME=WEIGHT with weights that add up to 1)");
            }
            if (models.has(name)) {
                throw CommandFailure.wrongInput("invalid value for --model: '" + name + "' has two weights");
            }
            models.put(name, Double.parseDouble(weight));
        }
    }

    private void putDirect(WorkloadOption option, Object value) {
        WorkloadKey<?> key = option.key();
        if (option.type() == KeyType.FILE) {
            set(key.name(), node(readable(value.toString(), option.name()).toString()));
        } else if (!key.shorthandMember().isEmpty() && hasMemberOption(key)) {
            set(key.name() + "." + key.shorthandMember(), node(value));
        } else {
            set(key.name(), node(value));
        }
    }

    /** Whether an option of a member is given: a mean that is given alone replaces the length of the file. */
    private boolean hasMemberOption(WorkloadKey<?> key) {
        return WorkloadKeys.membersOf(key.name() + ".").stream()
                .flatMap(member -> member.options().stream())
                .anyMatch(option -> options.value(option) != null);
    }

    private void putOfDataset(WorkloadOption option, Object value) {
        if (load.path("dataset").isMissingNode()) {
            String given = option.type() == KeyType.BOOLEAN ? "" : " " + value;
            throw CommandFailure.wrongInput(option.name() + given + " needs a file: give --dataset FILE as well");
        }
        set(option.key().name(), node(value));
    }

    /** What depends on several options. */
    private void complete() {
        if (load.path("dataset").isString()) {
            mapping("dataset");
        }
        requireMean("--isl-stddev", "--isl");
        requireMean("--osl-stddev", "--osl");
        requireMean("--turns-stddev", "--turns");
        if (options.value(WorkloadKeys.option("--random-range-ratio")) instanceof Double ratio) {
            spread(WorkloadKeys.INPUT_LENGTH, ratio);
            spread(WorkloadKeys.OUTPUT_LENGTH, ratio);
        }
        if (options.has("--prefix-count") || options.has("--prefix-tokens") || options.has("--prefix-hit-rate")) {
            completePrefix(mapping("shared_prefix"));
        }
    }

    private static void completePrefix(ObjectNode prefix) {
        boolean hasHitRate = prefix.has("hit_rate");
        if (!prefix.has("count")) {
            prefix.put("count", hasHitRate ? PREFIXES_WITH_HIT_RATE : 1);
        }
        if (!prefix.has("tokens") && !hasHitRate) {
            throw CommandFailure.wrongInput(
                    "--prefix-count " + prefix.path("count").asString()
                            + " needs a length: give --prefix-tokens TOKENS, or --prefix-hit-rate SHARE");
        }
    }

    private void requireMean(String option, String meanOption) {
        WorkloadOption deviation = WorkloadKeys.option(option);
        Object value = options.value(deviation);
        String length = WorkloadKeys.option(meanOption).key().name();
        if (value != null && !mapping(length).has("mean")) {
            throw CommandFailure.wrongInput(option + " " + node(value).asString() + " needs a mean: give " + meanOption
                    + " " + deviation.label() + " as well");
        }
    }

    /** As vLLM's bench draws random lengths: uniform from (1 - ratio) to (1 + ratio) times the length. */
    private void spread(WorkloadKey<?> key, double ratio) {
        JsonNode length = load.path(key.name());
        if (!length.isMissingNode() && !length.isNumber()) {
            throw CommandFailure.wrongInput("--random-range-ratio " + ratio + ": " + key.name()
                    + " has its own distribution already; give one of them");
        }
        double mean = length.isNumber()
                ? length.asDouble()
                : Double.parseDouble(Objects.requireNonNull(key.defaultJson()).toString());
        ObjectNode spread = load.putObject(key.name());
        spread.put("distribution", "uniform");
        spread.put("min", (int) Math.max(1, Math.floor(mean * (1 - ratio))));
        spread.put("max", (int) Math.max(1, Math.ceil(mean * (1 + ratio))));
    }

    private void set(String name, JsonNode value) {
        int dot = name.lastIndexOf('.');
        ObjectNode parent = dot < 0 ? load : mapping(name.substring(0, dot));
        parent.set(name.substring(dot + 1), value);
    }

    /** The mapping of that name, made of its short form where the file has that. */
    private ObjectNode mapping(String name) {
        int dot = name.lastIndexOf('.');
        ObjectNode parent = dot < 0 ? load : mapping(name.substring(0, dot));
        JsonNode before = parent.path(name.substring(dot + 1));
        if (before instanceof ObjectNode existing) {
            return existing;
        }
        ObjectNode made = parent.putObject(name.substring(dot + 1));
        String member = WorkloadKeys.find(name).shorthandMember();
        if (before.isValueNode() && !before.isNull() && !member.isEmpty()) {
            made.set(member, before);
        }
        return made;
    }

    private static JsonNode millis(Object value) {
        return node(Duration.ofMillis((Long) value));
    }

    private static JsonNode node(Object value) {
        return switch (value) {
            case Duration duration -> JsonNodeFactory.instance.stringNode(DurationText.format(duration));
            // As a person would write it in a file: a number that fits, not a long one.
            case Long number when number == number.intValue() -> JsonNodeFactory.instance.numberNode(number.intValue());
            case Double number
            when number == Math.rint(number) && Math.abs(number) < 1e9 ->
                JsonNodeFactory.instance.numberNode(number.intValue());
            default -> JsonFormat.mapper().valueToTree(value);
        };
    }

    private static List<String> texts(Object value) {
        return ((List<?>) value).stream().map(String::valueOf).toList();
    }

    private void putGoodput(List<String> texts) {
        ObjectNode goodput = load.putObject("goodput");
        for (String limit : String.join(" ", texts).strip().split("[\\s,]+")) {
            String[] parts = limit.split(":", -1);
            try {
                goodput.put(parts[0], Double.parseDouble(parts[parts.length - 1]));
            } catch (NumberFormatException e) {
                throw malformedGoodput(limit);
            }
            if (parts.length != 2 || !(goodput.path(parts[0]).asDouble() > 0)) {
                throw malformedGoodput(limit);
            }
        }
    }

    private static CommandFailure malformedGoodput(String limit) {
        return CommandFailure.wrongInput("--goodput: '" + limit
                + "' is not a limit: give a metric and milliseconds, for instance 'ttft:200 tpot:50'");
    }

    private void putHeader(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw CommandFailure.wrongInput("--header: '" + text + "' is not a header: write 'NAME: VALUE'");
        }
        String name = text.substring(0, colon).strip();
        if (name.equalsIgnoreCase("Authorization")) {
            throw CommandFailure.wrongInput("--header: Authorization would show the key to every user who can list"
                    + " processes; put the key into a file and pass --api-key-file FILE");
        }
        load.withObject("headers").put(name, text.substring(colon + 1).strip());
    }

    private void putExtraBody(String text) {
        JsonNode body;
        try {
            body = JsonFormat.mapper().readTree(text);
        } catch (JacksonException e) {
            throw CommandFailure.wrongInput("--extra-body: '" + text + "' is not JSON: " + e.getOriginalMessage());
        }
        if (!body.isObject()) {
            throw CommandFailure.wrongInput("--extra-body: '" + text + "' is not a JSON object: write {\"top_k\": 5}");
        }
        ObjectNode all = load.withObject("extra_body");
        for (Map.Entry<String, JsonNode> member : body.properties()) {
            all.set(member.getKey(), member.getValue());
        }
    }

    private Path readable(String text, String option) {
        Path path = session.resolve(text);
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw CommandFailure.wrongInput(option + ": " + path + " is not a file that can be read");
        }
        return path;
    }
}
