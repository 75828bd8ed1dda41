package aifactory.commandline.help;

import aifactory.commandline.load.BenchmarkSchema;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The description of an option with its default in brackets at the end. Used by one thread. */
final class DescribedDefault {
    /** How descriptions name a default. */
    private static final Pattern NAMED = Pattern.compile("(?:^|[;,]\\s+)default:\\s+(.+)$");

    private @Nullable JsonNode workload;

    /** {@code mean number of input tokens [256]}. */
    String of(ArgSpec argument) {
        String text = expand(argument);
        if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
            return text;
        }
        Matcher named = NAMED.matcher(text);
        if (named.find()) {
            String before = text.substring(0, named.start());
            return (before.isEmpty() ? "" : before + " ") + "[" + named.group(1) + "]";
        }
        return ofSchema(option)
                .or(() -> ofField(option))
                .map(value -> text + " [" + value + "]")
                .orElse(text);
    }

    /** The description in one line, with the values that the option takes. */
    static String expand(ArgSpec argument) {
        String candidates =
                argument.completionCandidates() == null ? "" : String.join(", ", argument.completionCandidates());
        return String.join(" ", argument.description())
                .replace("${COMPLETION-CANDIDATES}", candidates)
                .replace("%%", "%")
                .strip();
    }

    /** Load options have the names of the keys of a workload, whose schema has their defaults. */
    private Optional<String> ofSchema(OptionSpec option) {
        if (OptionHeading.of(option) != OptionHeading.LOAD
                && OptionHeading.of(option) != OptionHeading.REQUESTS
                && OptionHeading.of(option) != OptionHeading.AI_SERVER) {
            return Optional.empty();
        }
        JsonNode keys = workloadKeys();
        return Arrays.stream(option.names())
                .map(name -> keys.path(name.replaceFirst("^-+", "").replace('-', '_'))
                        .path("default"))
                .filter(value -> value.isValueNode() && !value.isNull() && !value.isMissingNode())
                .map(value -> value.isBoolean() ? value.asBoolean(false) ? "yes" : "no" : value.asString())
                .findFirst();
    }

    private JsonNode workloadKeys() {
        JsonNode known = workload;
        if (known == null) {
            known = JsonMapper.shared().readTree(BenchmarkSchema.text()).at("/$defs/workload/properties");
            workload = known;
        }
        return known;
    }

    private static Optional<String> ofField(OptionSpec option) {
        return option.initialValue() instanceof Number number ? Optional.of(number.toString()) : Optional.empty();
    }
}
