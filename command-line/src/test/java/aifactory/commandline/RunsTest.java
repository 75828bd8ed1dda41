package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunSummary;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.RunFormat;
import aifactory.reporting.SampleRun;
import aifactory.reporting.files.RunFiles;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code aifactory runs} and {@code aifactory trend} on results as users have them. */
final class RunsTest {
    private static final JsonNode SUMMARY = RunFormat.mapper().valueToTree(summaryOfAnyRun());

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private InvocationHarness harness = new InvocationHarness(Path.of("/"));

    @BeforeEach
    void prepare() {
        harness = new InvocationHarness(directory);
    }

    private static RunSummary summaryOfAnyRun() {
        SampleRun run = new SampleRun();
        run.failureShare = 0;
        run.seconds = 3;
        return run.result().summary();
    }

    private Outcome run(String arguments) {
        return harness.run(arguments.split(" "));
    }

    private void write(String id, long night, double slowness, String serverVersion) throws IOException {
        ObjectNode tree = (ObjectNode) SUMMARY.deepCopy();
        tree.put("run_id", id);
        ObjectNode provenance = (ObjectNode) tree.path("provenance");
        provenance.put(
                "started_at",
                Instant.parse("2026-09-01T02:30:00Z")
                        .plusSeconds(night * 86_400)
                        .toString());
        ((ObjectNode) provenance.path("server")).put("version", serverVersion);
        ((ObjectNode) provenance.path("specification")).put("seed", night);
        for (String statistic : new String[] {"mean", "p50", "p90", "p95", "p99", "max"}) {
            ObjectNode metric = (ObjectNode) tree.path("metrics").path("ttft_ms");
            metric.put(statistic, metric.path(statistic).asDouble() * slowness);
        }
        Path results = Files.createDirectories(directory.resolve("results").resolve(id));
        Files.writeString(results.resolve(RunFiles.SUMMARY), tree.toString());
    }

    private void writeNights(int nights, int changeAt) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (int night = 0; night < nights; night++) {
            double level = night >= changeAt ? 1.07 : 1;
            write(
                    "night-" + night + "x",
                    night,
                    level * Math.exp(0.01 * random.nextGaussian()),
                    night >= changeAt ? "0.12.0" : "0.11.2");
        }
    }

    @Test
    void existingResultsAreImportedListedAndFound() throws IOException {
        write("r1aa", 1, 1, "1.0");
        write("r2bb", 2, 2, "1.0");
        Files.createDirectories(directory.resolve("results/foreign"));
        Files.writeString(directory.resolve("results/foreign/summary.json"), "{\"schema\": \"other/1\"}");
        Files.createDirectories(directory.resolve("results/half"));
        Files.writeString(directory.resolve("results/half/summary.json"), "{\"schema\": \"aifactory.summary/1\", \"ru");

        Outcome imported = run("runs import results");
        Outcome list = run("runs");
        Outcome sorted = run("runs --sort ttft_ms.p50 --names");
        Outcome json = run("runs --filter-model llama --json");

        assertThat(imported.exitCode()).as(imported.err()).isZero();
        assertThat(imported.out()).isEqualTo("2 runs added, 2 files skipped\n");
        assertThat(list.out()).contains("RUN", "VERDICT", "TTFT P99", "r1aa", "valid", "meta-llama");
        assertThat(list.out().indexOf("r2bb"))
                .as("the newest first")
                .isLessThan(list.out().indexOf("r1aa"));
        assertThat(list.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(sorted.out()).isEqualTo("r1aa\nr2bb\n");
        JsonNode first = JsonFormat.mapper().readTree(json.out()).path(0);
        assertThat(first.path("run_id").asString()).isEqualTo("r2bb");
        assertThat(first.at("/values/ttft_ms.p99").asDouble(0)).isPositive();
        assertThat(run("runs --sort nonsense").err()).contains("no run has a value 'nonsense'");
        assertThat(run("runs --since 3000-01-01").out()).contains("No runs.");
        assertThat(run("runs --since yesterday").exitCode()).isEqualTo(2);
    }

    @Test
    void runsAreNamedTaggedOpenedAndDeleted() throws IOException {
        write("r1aa", 1, 1, "1.0");
        assertThat(run("runs import results --name base --tag site=a").exitCode())
                .isZero();

        assertThat(run("runs tag base gpu=h100 --remove site").out()).contains("has the tags gpu=h100");
        assertThat(harness.run("runs", "note", "base", "after the upgrade").exitCode())
                .isZero();
        assertThat(harness.run("runs", "rename", "base", "new name").exitCode()).isZero();
        Outcome list = run("runs --filter-tag gpu=h100");
        Outcome open = harness.run("runs", "open", "new name");
        Outcome unknown = run("runs open bsae");
        Outcome deleted = run("runs delete r1aa --files");

        assertThat(list.out()).contains("new name", "gpu=h100", "after the upgrade", "id r1aa");
        assertThat(open.out())
                .contains("Time to first token", "Report: " + directory.resolve("results/r1aa/report.html"));
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("no run 'bsae' in the history");
        assertThat(deleted.exitCode()).as(deleted.err()).isZero();
        assertThat(directory.resolve("results/r1aa")).doesNotExist();
        assertThat(run("runs").out()).contains("No runs.");
    }

    @Test
    void filesOfAnotherRunInTheSameDirectoryAreNotDeleted() throws IOException {
        write("r1aa", 1, 1, "1.0");
        assertThat(run("runs import results").exitCode()).isZero();
        Path summary = directory.resolve("results/r1aa/summary.json");
        Files.writeString(summary, Files.readString(summary).replace("r1aa", "r9zz"));

        Outcome deleted = run("runs delete r1aa --files");

        assertThat(deleted.exitCode()).isEqualTo(2);
        assertThat(deleted.err()).contains("are those of run r9zz");
        assertThat(summary).exists();
    }

    @Test
    void aNamedRunIsComparedAndReportedLikeItsDirectory() throws IOException {
        SampleRun sample = new SampleRun();
        sample.failureShare = 0;
        sample.seconds = 3;
        RunFiles.write(directory.resolve("results/one"), sample.result(), RequestRecordSource.of(sample.records()));
        assertThat(run("runs import results --name base").exitCode()).isZero();

        Outcome compared = run("compare base -- base");
        Outcome exported = run("export base --format csv --output out");

        assertThat(compared.out()).contains("before: base");
        assertThat(exported.exitCode()).as(exported.err()).isZero();
        assertThat(directory.resolve("out/summary.csv")).exists();
    }

    @Test
    void aSlowdownIsReportedWithTheVersionsThatChanged() throws Exception {
        writeNights(44, 40);
        assertThat(run("runs import results --name nightly").exitCode()).isZero();
        AtomicReference<String> posted = new AtomicReference<>("");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            posted.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            Path configuration = Files.createDirectories(directory.resolve(".config/aifactory"))
                    .resolve("config.yaml");
            Files.writeString(
                    configuration,
                    "webhooks: {team: 'http://127.0.0.1:" + server.getAddress().getPort() + "/hook'}\n");

            Outcome outcome =
                    run("trend ttft_ms.p99 tpot_ms.p50 --filter-name nightly --check --webhook team --html trend.html");
            Outcome unknown = run("trend --webhook other");

            assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(1);
            assertThat(outcome.out())
                    .contains("night-40x", "worse", "AI server 0.11.2 → 0.12.0", "tpot_ms.p50  44 runs", "no change");
            assertThat(outcome.err()).contains("ttft_ms.p99 became worse with run night-40x: +");
            assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 80);
            JsonNode message = JsonFormat.mapper().readTree(posted.get());
            assertThat(message.path("schema").asString()).isEqualTo("aifactory.trend-change/1");
            assertThat(message.at("/changes/0/change/run_id").asString()).isEqualTo("night-40x");
            assertThat(Files.readString(directory.resolve("trend.html"))).contains("<svg", "0.11.2 → 0.12.0");
            assertThat(unknown.exitCode()).isEqualTo(2);
            assertThat(unknown.err())
                    .contains("webhook 'other' is not in", "known are team")
                    .doesNotContain("/hook");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anOldChangeAndAHistoryWithoutOneDoNotFail() throws IOException {
        writeNights(60, 40);
        assertThat(run("runs import results").exitCode()).isZero();
        Outcome old = run("trend ttft_ms.p50 --check");
        Outcome json = run("trend ttft_ms.p50 --json");
        assertThat(old.exitCode()).as(old.err()).isZero();
        JsonNode change = JsonFormat.mapper().readTree(json.out()).at("/metrics/0/changes/0");
        assertThat(change.path("run").asInt(-1)).isBetween(39, 41);
        assertThat(change.path("worse").asBoolean(false)).isTrue();

        assertThat(run("trend nonsense").err()).contains("no run has a value 'nonsense'");
        assertThat(run("trend --filter-name nothing").exitCode()).isEqualTo(2);
        assertThat(run("trend --filter-name night-3x").out()).contains("1 runs").contains("too few runs");
    }

    @Test
    void aRunThatCannotBeRepeatedIsRefused() throws IOException {
        write("r1aa", 1, 1, "1.0");
        Path summary = directory.resolve("results/r1aa/summary.json");
        String text = Files.readString(summary);
        Files.writeString(summary, text.replace("\"aifactory benchmark ", "\"rm -rf "));
        assertThat(run("runs import results").exitCode()).isZero();

        Outcome foreign = run("runs rerun r1aa");
        assertThat(foreign.exitCode()).isEqualTo(2);
        assertThat(foreign.err()).contains("is not one of 'aifactory benchmark'");

        Files.writeString(summary, text.replaceAll("http://node1[78]:8000", "http://127.0.0.1:1"));
        assertThat(run("runs import results").exitCode()).isZero();
        Outcome again = run("runs rerun r1aa -- --output again");
        assertThat(again.exitCode()).as(again.err()).isEqualTo(4);
        assertThat(again.err())
                .contains("aifactory: benchmark --ai-server http://127.0.0.1:1", "--output again", "cannot be reached");
    }
}
