package aifactory.reporting;

import aifactory.protocol.JsonFormat;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.key.KeyType;
import aifactory.workload.key.WorkloadKey;
import aifactory.workload.key.WorkloadKeys;
import aifactory.workload.key.WorkloadOption;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The command that repeats a run, for a shell: the load as options, or where a value has no option, as with steps and
 * the checksum of a dataset, the benchmark file and the command that runs it. Stateless.
 */
public final class RepeatCommand {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final List<String> words = new ArrayList<>(List.of("aifactory", "benchmark"));

    private RepeatCommand() {}

    /** The command. Values of headers, which may be secret, are left out. */
    public static String of(WorkloadSpecification load, List<String> targets, int clients) {
        JsonNode workload = workload(load);
        RepeatCommand command = new RepeatCommand();
        targets.forEach(target -> command.option("--ai-server", target));
        command.option("--num-clients", Integer.toString(clients));
        return command.addMembers("", workload)
                ? String.join(" ", command.words)
                : fileAndCommand(workload, targets, clients);
    }

    /** Only what is given: an absent key takes the default that it took. */
    private static JsonNode workload(WorkloadSpecification load) {
        ObjectNode workload = JsonFormat.mapper().valueToTree(WorkloadRequest.of(load));
        if (!load.headers().isEmpty()) {
            ObjectNode headers = workload.putObject("headers");
            new TreeMap<>(load.headers()).keySet().forEach(name -> headers.put(name, "VALUE"));
        }
        return withoutNulls(workload);
    }

    private static JsonNode withoutNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                // Members of extra_body are the user's, and null is a value of theirs.
                if (object.path(name).isNull()) {
                    object.remove(name);
                } else if (!name.equals("extra_body")) {
                    withoutNulls(object.path(name));
                }
            }
        } else {
            node.forEach(RepeatCommand::withoutNulls);
        }
        return node;
    }

    /** JSON, which is YAML too. */
    private static String fileAndCommand(JsonNode workload, List<String> targets, int clients) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("ai_servers", targets);
        file.put("num_clients", clients);
        file.put("workload", workload);
        String json = JsonFormat.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(file);
        return "cat > benchmark.yaml <<'END'\n" + json + "\nEND\naifactory benchmark -f benchmark.yaml";
    }

    /** Adds the options of all members; false where one of them has none. */
    private boolean addMembers(String prefix, JsonNode mapping) {
        return mapping.properties().stream().allMatch(member -> add(prefix + member.getKey(), member.getValue()));
    }

    private boolean add(String name, JsonNode value) {
        Optional<WorkloadOption> option = optionOf(name);
        if (option.isPresent() && !value.isObject()) {
            return add(option.get(), value);
        }
        switch (name) {
            case "headers" ->
                value.properties()
                        .forEach(header -> option(
                                "--header",
                                header.getKey() + ": " + header.getValue().asString()));
            case "extra_body" -> option("--extra-body", value.toString());
            case "goodput" -> option("--goodput", limits(value));
            default -> {
                return value.isObject() && addMembers(name + ".", value);
            }
        }
        return true;
    }

    private static String limits(JsonNode goodput) {
        TreeMap<String, String> limits = new TreeMap<>();
        goodput.properties().forEach(limit -> limits.put(limit.getKey(), number(limit.getValue())));
        return String.join(
                " ",
                limits.entrySet().stream()
                        .map(limit -> limit.getKey() + ":" + limit.getValue())
                        .toList());
    }

    /** The option whose value is the value of the key, also where the key is what a short form stands for. */
    private static Optional<WorkloadOption> optionOf(String name) {
        int dot = name.lastIndexOf('.');
        Optional<WorkloadKey<?>> mapping = dot < 0 ? Optional.empty() : WorkloadKeys.search(name.substring(0, dot));
        Optional<WorkloadKey<?>> key = mapping.filter(
                        outer -> outer.shorthandMember().equals(name.substring(dot + 1)))
                .or(() -> WorkloadKeys.search(name));
        return key.flatMap(
                one -> one.options().stream().filter(WorkloadOption::isDirect).findFirst());
    }

    private boolean add(WorkloadOption option, JsonNode value) {
        boolean isOffered = option.choices().isEmpty() || option.choices().contains(value.asString());
        boolean isWhole = option.type() != KeyType.INTEGER || number(value).matches("-?\\d+");
        if (!isOffered || !isWhole || (value.isBoolean() && !value.asBoolean() && !option.isNegatable())) {
            return false;
        }
        if (value.isBoolean()) {
            words.add(value.asBoolean() ? option.name() : option.name().replaceFirst("^--", "--no-"));
        } else {
            option(option.name(), value.isNumber() ? number(value) : value.asString());
        }
        return true;
    }

    private void option(String name, String value) {
        words.add(name);
        words.add(PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'");
    }

    private static String number(JsonNode value) {
        return new BigDecimal(value.asString()).stripTrailingZeros().toPlainString();
    }
}
