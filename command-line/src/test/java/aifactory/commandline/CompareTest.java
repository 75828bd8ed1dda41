package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.measurement.RequestRecord;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunState;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.SampleRun;
import aifactory.reporting.comparison.SimulatedServer;
import aifactory.reporting.files.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code aifactory compare} on directories of runs' files, as users have them. */
final class CompareTest {
    private static final int REQUESTS = 1200;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private InvocationHarness harness = new InvocationHarness(Path.of("/"));

    @BeforeEach
    void prepare() {
        harness = new InvocationHarness(directory);
    }

    private static SampleRun validRun() {
        SampleRun run = new SampleRun();
        run.failureShare = 0;
        run.seconds = 5;
        run.warmupSeconds = 0;
        return run;
    }

    private void write(String name, SampleRun run, List<RequestRecord> records) throws IOException {
        RunFiles.write(directory.resolve(name), run.result(), RequestRecordSource.of(records));
    }

    private void write(String name, long seed, double slowness) throws IOException {
        write(name, validRun(), SimulatedServer.records(seed, REQUESTS, slowness));
    }

    private Outcome compare(String arguments) {
        return harness.run(("compare " + arguments).split(" "));
    }

    @Test
    void showsASlowerServerAndFailsWhenAskedTo() throws IOException {
        write("before", 1, 1);
        write("after", 2, 1.1);

        Outcome plain = compare("before -- after");
        Outcome failing = harness.run(
                "compare", "--fail-if", "tpot_ms.mean > +3%", "before", "--", "after", "--fail-if", "ttft_ms.p50>+90%");

        assertThat(plain.exitCode()).as(plain.err()).isZero();
        assertThat(plain.err()).isEmpty();
        assertThat(plain.out()).startsWith("Slower in ").contains("before: before (1,200 completed, 0 failed)");
        assertThat(failing.exitCode()).isEqualTo(1);
        assertThat(failing.errorLines()).hasSize(1);
        assertThat(failing.err()).startsWith("aifactory: tpot_ms.mean > +3%: FAIL, +");
        assertThat(failing.out()).startsWith("FAIL  Slower in").contains("ttft_ms.p50>+90%: PASS");
    }

    @Test
    void writesEveryForm() throws IOException {
        write("before", 3, 1);
        write("after", 4, 1);

        Outcome outcome = harness.run(
                "compare",
                "before",
                "--",
                "after",
                "--json",
                "--html",
                "page.html",
                "--markdown",
                "request.md",
                "--fail-if",
                "tpot_ms.mean > +5%");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        JsonNode json = JsonFormat.mapper().readTree(outcome.out());
        assertThat(json.path("schema").asString("")).isEqualTo("aifactory.comparison/1");
        assertThat(json.path("differences")).hasSize(25);
        assertThat(json.path("conditions").path(0).path("holds").asBoolean(true))
                .isFalse();
        assertThat(Files.readString(directory.resolve("page.html"))).contains("<svg", "Distributions");
        assertThat(Files.readString(directory.resolve("request.md")))
                .contains("| `ttft_ms.mean`, ms |", "tpot\\_ms.mean");
    }

    @Test
    void comparesSeveralSidesWithTheFirst() throws IOException {
        write("one", 31, 1);
        write("two", 32, 1);
        write("three", 33, 1.3);

        Outcome outcome = compare("one -- two -- three --fail-if tpot_ms.mean>+5%");
        Outcome json = compare("one -- two -- three --json");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).startsWith("aifactory: after 2: tpot_ms.mean>+5%: FAIL");
        assertThat(outcome.out()).contains("after 1: two", "after 2: three", "FAIL  Slower in");
        JsonNode document = JsonFormat.mapper().readTree(json.out());
        assertThat(document.path("others")).hasSize(1);
        assertThat(document.path("run_metrics").path(0).path("metric").asString())
                .isEqualTo("request_throughput");
        assertThat(document.path("effects")).isNotEmpty();
    }

    @Test
    void takesConditionsFromABenchmarkFile() throws IOException {
        write("before", 34, 1);
        write("after", 35, 1.3);
        Files.writeString(
                directory.resolve("gates.yaml"), "model: x\ngates:\n  - tpot_ms.mean > +5%\n  - tpot_ms.mean > +90%\n");
        Files.writeString(directory.resolve("none.yaml"), "model: x\n");
        Files.writeString(directory.resolve("wrong.yaml"), "gates: [ttft_s.p99 > +5%]\n");

        Outcome outcome = compare("before -- after -f gates.yaml");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).contains("tpot_ms.mean > +5%: FAIL", "tpot_ms.mean > +90%: PASS");
        assertRefused(compare("before -- after -f none.yaml"), "there are no 'gates' in");
        assertRefused(compare("before -- after -f wrong.yaml"), "there is no metric 'ttft_s'");
    }

    @Test
    void takesSeveralRunsASide() throws IOException {
        for (int i = 0; i < 3; i++) {
            write("before-" + i, 10 + i, 1);
            write("after-" + i, 20 + i, 1);
        }

        Outcome outcome = compare("before-0 before-1 before-2 -- after-0 after-1 after-2");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("before-0, before-1, before-2 (3,600 completed", "No difference shown.");
    }

    @Test
    void passesOnNothingThatIsDamagedOrForeign() throws IOException {
        write("cut", 8, 1);
        Path records = directory.resolve("cut/requests.jsonl.zst");
        byte[] bytes = Files.readAllBytes(records);
        Files.write(records, Arrays.copyOf(bytes, bytes.length / 2));
        write("foreign", 9, 1);
        Files.writeString(directory.resolve("foreign/summary.json"), "{\"schema\": \"guidellm/3\"}");
        write("good", 10, 1);
        Files.delete(directory.resolve("good/vllm.json"));

        for (String verb : List.of("report", "export --format csv", "export --format jsonl")) {
            Outcome cut = harness.run((verb + " cut --output out").split(" "));
            Outcome foreign = harness.run((verb + " foreign --output out").split(" "));

            assertThat(cut.exitCode()).as(verb).isEqualTo(2);
            assertThat(cut.errorLines()).hasSize(1);
            assertThat(cut.err()).contains("requests.jsonl.zst cannot be read after line", "is it cut off");
            assertThat(foreign.exitCode()).as(verb).isEqualTo(2);
            assertThat(foreign.err()).contains("its schema is 'guidellm/3'");
            assertThat(directory.resolve("out")).doesNotExist();
        }
        Outcome missing = harness.run("export --format vllm good --output out".split(" "));
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).contains("there is no vllm.json in").contains("is the directory complete?");
        Outcome absent = harness.run("report nowhere/at-all --output out".split(" "));
        assertThat(absent.exitCode()).isEqualTo(2);
        assertThat(absent.err()).contains("there is no directory");
    }

    @Test
    void runsWithOneRequestOrNoneAreReportedAndComparedInPlainWords() throws IOException {
        write("none", validRun(), List.of());
        write("one", validRun(), SimulatedServer.records(11, 1, 1));

        for (String name : List.of("none", "one")) {
            Outcome report = harness.run("report", name, "--output", "copy-" + name);
            Outcome compared = compare(name + " -- " + name);

            assertThat(report.exitCode()).as(report.err()).isZero();
            assertThat(compared.out() + compared.err()).contains("Inconclusive").doesNotContain("NaN", "Infinity");
        }
    }

    @Test
    void doesNotTrustARunThatIsNotValid() throws IOException {
        write("good", 5, 1);
        SampleRun paused = validRun();
        paused.longestPauseNanos = 400_000_000;
        paused.cpuShare = 0.99;
        write("paused", paused, SimulatedServer.records(6, REQUESTS, 1.2));
        SampleRun missing = validRun();
        missing.lost = List.of("node104");
        missing.ending = RunState.INCOMPLETE;
        write("missing", missing, SimulatedServer.records(7, REQUESTS, 1.2));

        Outcome invalid = harness.run("compare", "good", "--", "paused", "--fail-if", "tpot_ms.mean > +1%");
        Outcome incomplete = compare("good -- missing");

        assertThat(invalid.exitCode()).isEqualTo(3);
        assertThat(invalid.errorLines()).hasSize(1);
        assertThat(invalid.err()).contains("paused: the run is not valid").contains("more, in the run's report");
        assertThat(incomplete.exitCode()).isEqualTo(3);
        assertThat(incomplete.err()).contains("missing: the run is incomplete").contains("node104");
        assertThat(incomplete.out()).contains("missing is INCOMPLETE");
    }

    @Test
    void sidesThatMeasuredDifferentThingsDoNotPass() throws IOException {
        write("good", 5, 1);
        SampleRun other = validRun();
        other.model = "another/model";
        write("other", other, SimulatedServer.records(6, REQUESTS, 1));

        Outcome outcome = harness.run("compare", "good", "--", "other", "--fail-if", "tpot_ms.mean > +90%");

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.errorLines()).containsExactly("aifactory: the sides are not comparable");
        assertThat(outcome.out())
                .startsWith("INCONCLUSIVE  Not comparable: the models differ")
                .contains("another/model")
                .contains("tpot_ms.mean > +90%: inconclusive")
                .doesNotContain("No difference shown");
    }

    @Test
    void saysThatOneRequestAndNoSuccessTellNothing() throws IOException {
        write("good", 8, 1);
        write("one", validRun(), SimulatedServer.records(9, 1, 1));
        write("none", validRun(), List.of());

        for (String run : List.of("one", "none")) {
            Outcome outcome = harness.run("compare", "good", "--", run, "--fail-if", "ttft_ms.p99 > +5%");

            assertThat(outcome.exitCode()).isEqualTo(3);
            assertThat(outcome.err()).contains("nothing can be said").contains("ttft_ms.p99 > +5%: inconclusive");
            assertThat(outcome.out()).doesNotContain("NaN", "Infinity");
        }
    }

    @Test
    void namesFilesThatAreCutOffOrForeign() throws IOException {
        write("good", 11, 1);
        write("cut", 12, 1);
        write("foreign", 13, 1);
        write("bare", 14, 1);
        Path records = directory.resolve("cut").resolve(RunFiles.RECORDS);
        byte[] all = Files.readAllBytes(records);
        Files.write(records, Arrays.copyOf(all, all.length / 2));
        Files.writeString(directory.resolve("foreign").resolve(RunFiles.SUMMARY), "{\"schema\": \"other/1\"}");
        Files.delete(directory.resolve("bare").resolve(RunFiles.RECORDS));

        assertRefused(compare("good -- cut"), "requests.jsonl.zst cannot be read after line");
        assertRefused(compare("good -- foreign"), "its schema is 'other/1'");
        assertRefused(compare("good -- bare"), "there is neither requests.jsonl.zst nor requests.jsonl");
        assertRefused(compare("good -- ./nowhere"), "there is no directory");
        assertRefused(compare("good -- good --html no/such.html"), "cannot write");
    }

    @Test
    void wantsTwoSides() {
        assertRefused(compare("one two"), "the second side is missing");
        assertRefused(compare("-- two"), "there is no run before '--'");
        assertRefused(compare("one --"), "there is no run after '--'");
        assertRefused(compare("one -- two --"), "there is no run after '--'");
        assertRefused(compare("one -- -- three"), "there is no run between");
        assertRefused(compare("one -- two --fail-if ttft"), "--fail-if 'ttft' is not a condition");
        assertRefused(compare("one -- two --htm x"), "unknown option '--htm': did you mean --html?");
    }

    private static void assertRefused(Outcome outcome, String expected) {
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).startsWith("aifactory: ").contains(expected);
        assertThat(outcome.exitCode()).isEqualTo(2);
    }
}
