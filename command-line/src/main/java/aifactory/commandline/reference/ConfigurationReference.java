package aifactory.commandline.reference;

import static aifactory.commandline.reference.MarkdownTable.code;

import aifactory.commandline.configuration.ConfigurationKey;
import aifactory.commandline.configuration.EnvironmentVariable;
import aifactory.commandline.configuration.SlurmKeys;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.load.BenchmarkSchema;
import aifactory.commandline.load.LoadOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everything that can be configured, in Markdown: {@code docs/configuration.md}. */
public final class ConfigurationReference {
    private ConfigurationReference() {}

    /** The whole page, the same at every call. */
    public static String markdown() {
        JsonNode benchmark = JsonMapper.shared().readTree(BenchmarkSchema.text());
        JsonNode campaign = JsonMapper.shared().readTree(BenchmarkSchema.campaignText());
        SchemaTable ofBenchmark = new SchemaTable(benchmark);
        List<String> shared = List.copyOf(benchmark.path("properties").propertyNames());
        return String.join(
                "\n",
                "# Reference\n",
                "Printed by `aifactory config reference`. Do not edit it: change the program, and print it again.\n",
                "## Exit codes\n",
                exitCodes(),
                "Every failure is one line on standard error, which names the value and the remedy.\n",
                "## Configuration file\n",
                "`~/.config/aifactory/config.yaml`, or the file that `--config` or `AIFACTORY_CONFIG` names. An option goes before the"
                        + " environment,\nthe environment before the file, the file before the default. `aifactory config show` prints"
                        + " what holds and where it comes from.\n",
                keys(),
                "### profiles\n",
                "What a group asks of each node, by name: `profiles: {NAME: {KEY: VALUE}}`. See [slurm.md](slurm.md).\n",
                slurmKeys(SlurmKeys.PROFILE),
                "### slurm\n",
                slurmKeys(SlurmKeys.SECTION),
                "### slurm.containers\n",
                "`slurm: {containers: {NAME: {KEY: VALUE}}}`\n",
                slurmKeys(SlurmKeys.CONTAINER),
                "## Environment variables\n",
                "Beside those of the table above. Every option of the load can be given as `AIFACTORY_` and its first name below: "
                        + code("AIFACTORY_REQUEST_RATE=40") + ".\n",
                variables(),
                "## Benchmark file\n",
                "What `-f` takes. `aifactory config schema` prints its JSON Schema, for editors. Examples: [workloads.md](workloads.md).\n",
                ofBenchmark.of(benchmark, List.of("workload")),
                "### workload\n",
                ofBenchmark.of(benchmark.at("/$defs/workload"), List.of()),
                "## Campaign file\n",
                "A benchmark file with one or both of these, for `aifactory sweep`. See [campaigns.md](campaigns.md).\n",
                new SchemaTable(campaign).of(campaign, shared),
                "## Load options\n",
                "Of `benchmark`, `run` and `demo`, whose `--help` tells what else they take. With a file, options go before it.\n",
                loadOptions());
    }

    private static String exitCodes() {
        MarkdownTable table = new MarkdownTable("code", "meaning");
        for (ExitCode code : ExitCode.values()) {
            table.row(String.valueOf(code.number()), code.meaning());
        }
        return table.toString();
    }

    private static String keys() {
        MarkdownTable table = new MarkdownTable("key", "environment", "default", "meaning");
        for (ConfigurationKey key : ConfigurationKey.values()) {
            table.row(
                    code(key.fileName()),
                    String.join(
                            ", ",
                            key.environmentNames().stream()
                                    .map(MarkdownTable::code)
                                    .toList()),
                    code(Objects.requireNonNullElse(key.defaultValue(), "")),
                    key.description());
        }
        return table.toString();
    }

    private static String slurmKeys(List<SlurmKeys.Key> keys) {
        MarkdownTable table = new MarkdownTable("key", "meaning");
        keys.forEach(key -> table.row(code(key.name()), key.meaning()));
        return table.toString();
    }

    private static String variables() {
        MarkdownTable table = new MarkdownTable("variable", "meaning");
        for (EnvironmentVariable variable : EnvironmentVariable.values()) {
            table.row(code(variable.name()), variable.meaning());
        }
        return table.toString();
    }

    private static String loadOptions() {
        CommandSpec options = CommandSpec.forAnnotatedObject(new LoadOptions(), CommandLine.defaultFactory());
        MarkdownTable table = new MarkdownTable("option", "meaning");
        for (OptionSpec option : options.options()) {
            String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
            List<String> names =
                    Arrays.stream(option.names()).map(MarkdownTable::code).toList();
            table.row(
                    names.getFirst().replaceFirst("`$", value + "`")
                            + (names.size() == 1 ? "" : ", " + String.join(", ", names.subList(1, names.size()))),
                    description(option));
        }
        return table.toString();
    }

    private static String description(OptionSpec option) {
        String candidates =
                option.completionCandidates() == null ? "" : String.join(", ", option.completionCandidates());
        return String.join(" ", option.description()).replace("${COMPLETION-CANDIDATES}", candidates);
    }
}
