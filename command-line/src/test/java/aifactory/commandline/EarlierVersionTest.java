package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.SlurmConfiguration;
import aifactory.commandline.session.Session;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.protocol.JsonFormat;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.StoredRun;
import aifactory.reporting.files.RunFiles;
import aifactory.slurm.job.Launch;
import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What depends on the names of an earlier version works as before: options and their aliases, environment variables,
 * keys of configuration and benchmark files, and the files of runs and campaigns, which that version wrote.
 */
final class EarlierVersionTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private InvocationHarness harness = new InvocationHarness(Path.of("/"));

    @BeforeEach
    void prepare() {
        harness = new InvocationHarness(directory);
    }

    private static String text(String name) throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(EarlierVersionTest.class.getResourceAsStream("earlier/" + name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> lines(String name) throws IOException {
        List<String> lines =
                text(name).lines().filter(line -> !line.startsWith("#")).toList();
        assertThat(lines).as(name).hasSizeGreaterThan(20);
        return lines;
    }

    private Path copy(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text(name));
    }

    @Test
    void everyCommandHasItsOptionsAndTheirAliases() throws IOException {
        Session session = harness.session();
        CommandLine program = CommandLineProgram.commandLine(session, new FailureReport(session));
        List<String> missing = new ArrayList<>();
        for (String line : lines("options.txt")) {
            String path = line.substring(0, line.indexOf(':'));
            CommandLine command = program;
            for (String name : path.equals("aifactory") ? new String[0] : path.split(" ")) {
                command = Objects.requireNonNull(command.getSubcommands().get(name), path);
            }
            Set<String> known =
                    new HashSet<>(command.getCommandSpec().optionsMap().keySet());
            known.addAll(command.getCommandSpec().negatedOptionsMap().keySet());
            for (String option : line.substring(line.indexOf(':') + 1).strip().split(" ")) {
                if (!known.contains(option)) {
                    missing.add(path + " " + option);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyKeyOfAConfigurationFileIsRead() throws Exception {
        Path file = copy("config.yaml");
        Files.writeString(directory.resolve("job.sh"), "#!/bin/sh\n{launch_command}\n");
        JsonNode written = new YAMLMapper().readTree(text("config.yaml"));

        JsonNode shown = settings("--config", file.toString());

        int keys = 0;
        for (JsonNode setting : shown) {
            JsonNode value = written.path(setting.path("key").asString());
            if (!value.isMissingNode()) {
                keys++;
                assertThat(setting.path("value").asString()).isEqualTo(plain(value));
                assertThat(setting.path("source").asString()).isEqualTo("file " + file);
            }
        }
        assertThat(keys).isEqualTo(19);
        Configuration configuration = Configuration.of(harness.session());
        configuration.useFile(file);
        SlurmConfiguration slurm = configuration.slurm();
        assertThat(slurm.profiles().get("milan").nodelist()).isEqualTo("node[1-4]");
        assertThat(slurm.launch()).isInstanceOf(Launch.Container.class);
        assertThat(slurm.templates()).containsOnlyKeys("mine");
        assertThat(slurm.clientPort()).isEqualTo(9001);
        assertThat(slurm.restAddress()).isEqualTo("http://rest:6820");
        assertThat(slurm.passedEnvironment()).containsExactly("SITE_ID");
    }

    private JsonNode settings(String... options) {
        List<String> arguments = new ArrayList<>(List.of("config", "show", "--json"));
        arguments.addAll(List.of(options));
        Outcome outcome = harness.run(arguments.toArray(String[]::new));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return JsonFormat.mapper().readTree(outcome.out());
    }

    private static String plain(JsonNode value) {
        List<String> values = new ArrayList<>();
        (value.isArray() ? value : List.of(value)).forEach(member -> values.add(member.asString()));
        return String.join(",", values);
    }

    @Test
    void everyEnvironmentVariableSetsItsKey() throws IOException {
        JsonNode values = new YAMLMapper().readTree(text("config.yaml"));
        String reference = harness.run("config", "reference").out();
        for (String line : lines("environment.txt")) {
            String key = line.split(" ")[0];
            String variable = line.split(" ")[1];
            if (key.equals("-")) {
                assertThat(reference).contains("`" + variable + "`");
                continue;
            }
            String value = plain(values.path(key));
            harness = new InvocationHarness(directory).with(variable, value);
            for (JsonNode setting : settings()) {
                if (setting.path("key").asString().equals(key)) {
                    assertThat(setting.path("value").asString()).as(variable).isEqualTo(value);
                    assertThat(setting.path("source").asString()).isEqualTo("environment " + variable);
                }
            }
        }
    }

    @Test
    void everyKeyOfABenchmarkFileIsKnown() throws IOException {
        Set<String> known = new HashSet<>();
        for (String[] arguments : List.of(new String[0], new String[] {"--campaign"})) {
            List<String> command = new ArrayList<>(List.of("config", "schema"));
            command.addAll(List.of(arguments));
            JsonNode schema = JsonFormat.mapper()
                    .readTree(harness.run(command.toArray(String[]::new)).out());
            collect(schema, "", schema, known);
        }
        assertThat(known).containsAll(lines("file-keys.txt"));
    }

    private static void collect(JsonNode given, String path, JsonNode root, Set<String> keys) {
        JsonNode schema =
                given.has("$ref") ? root.at(given.path("$ref").asString().substring(1)) : given;
        schema.path("properties").properties().forEach(member -> {
            String key = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            if (keys.add(key) || key.split("\\.").length < 5) {
                collect(member.getValue(), key, root, keys);
            }
        });
        collectIfObject(schema.path("items"), path, root, keys);
        collectIfObject(schema.path("additionalProperties"), path, root, keys);
        for (String choice : List.of("anyOf", "oneOf", "allOf")) {
            schema.path(choice).forEach(one -> collect(one, path, root, keys));
        }
    }

    private static void collectIfObject(JsonNode schema, String path, JsonNode root, Set<String> keys) {
        if (schema.isObject()) {
            collect(schema, path, root, keys);
        }
    }

    private void copyCampaign() throws IOException {
        copy("campaign.yaml");
        copy("campaign/campaign.json");
        for (String step : List.of("0001", "0002")) {
            copy("campaign/steps/" + step + "/summary.json");
            Path records = copy("campaign/steps/" + step + "/requests.jsonl");
            Files.write(records.resolveSibling("requests.jsonl.zst"), Zstd.compress(Files.readAllBytes(records)));
            Files.delete(records);
        }
    }

    @Test
    void filesOfARunAreRead() throws IOException {
        copyCampaign();

        StoredRun run = RunFiles.read(directory.resolve("campaign/steps/0001"));

        JsonNode written = JsonFormat.mapper().readTree(text("campaign/steps/0001/summary.json"));
        assertThat(run.summary().runId()).isEqualTo(written.path("run_id").asString());
        assertThat(Objects.requireNonNull(run.summary().metrics().get("ttft_ms"))
                        .p99())
                .isEqualTo(written.at("/metrics/ttft_ms/p99").asDouble());
        int records = 0;
        try (RequestRecordSource.Pass pass = run.records().open()) {
            for (RequestRecord record = pass.next(); record != null; record = pass.next()) {
                assertThat(record.outcome()).isEqualTo(RequestOutcome.COMPLETED);
                records++;
            }
        }
        assertThat(records).isEqualTo(4);
    }

    @Test
    void commandsAcceptTheFilesOfARun() throws IOException {
        copyCampaign();
        String run = "campaign/steps/0001";

        Outcome exported = harness.run("export", "--format", "jsonl", run, "--output", "out");
        assertThat(exported.exitCode()).as(exported.err()).isZero();
        List<String> written = text(run + "/requests.jsonl").lines().toList();
        List<String> read = Files.readAllLines(directory.resolve("out/requests.jsonl"));
        assertThat(read).hasSameSizeAs(written);
        for (int i = 0; i < written.size(); i++) {
            requireMembers(
                    JsonFormat.mapper().readTree(written.get(i)),
                    JsonFormat.mapper().readTree(read.get(i)));
        }
        Outcome explained = harness.run("explain", run);
        assertThat(explained.exitCode()).as(explained.err()).isZero();
        assertThat(explained.out()).contains("measured by an earlier version");
        Outcome imported = harness.run("runs", "import", run);
        assertThat(imported.exitCode()).as(imported.err()).isZero();
        assertThat(harness.run("runs", "--json").out()).contains("rea811f2675b8dce0");
        // Four requests are too few for a judgement, and not wrong input.
        Outcome compared = harness.run("compare", run, "--", "campaign/steps/0002");
        assertThat(compared.exitCode()).isEqualTo(3);
        assertThat(compared.err()).contains("too few completed requests");
    }

    /** Members may be added, and none is changed. */
    private static void requireMembers(JsonNode earlier, JsonNode now) {
        if (!earlier.isObject()) {
            assertThat(now).isEqualTo(earlier);
            return;
        }
        earlier.properties().forEach(member -> requireMembers(member.getValue(), now.path(member.getKey())));
    }

    @Test
    void aCampaignThatIsCompleteIsShownAndNotRepeated() throws IOException {
        copyCampaign();
        String command = "sweep -f campaign.yaml --output campaign --dispatcher local --json";

        Outcome outcome = harness.run(command.split(" "));

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        JsonNode steps = JsonFormat.mapper().readTree(outcome.out()).path("steps");
        JsonNode earlier =
                JsonFormat.mapper().readTree(text("campaign/campaign.json")).path("steps");
        assertThat(steps).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertThat(steps.get(i).path("run_id")).isEqualTo(earlier.get(i).path("run_id"));
            Map.Entry<String, JsonNode> any =
                    earlier.get(i).path("figures").properties().iterator().next();
            assertThat(steps.get(i).path("figures").path(any.getKey())).isEqualTo(any.getValue());
        }
    }
}
