package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DatasetCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @BeforeEach
    void writeTrace() throws Exception {
        StringBuilder text =
                new StringBuilder("Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n");
        for (int row = 0; row < 120; row++) {
            text.append("%d,ChatGPT,%d,18,490,Conversation log\n".formatted(5 + row, 100 + row));
        }
        Files.writeString(directory.resolve("trace.csv"), text.append("99,GPT-4,7,0,7,API log\n"));
    }

    @Test
    void inspectShowsWhatIsInAFile() {
        InvocationHarness.Outcome outcome = harness().run("dataset", "inspect", "trace.csv", "--html", "page.html");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .contains("format    burstgpt")
                .contains("requests  120 in 120 sessions")
                .contains("row 121 (Response tokens 0, the recorded request failed)")
                .contains("read as seconds: 119.000 s, mean 1.01 per second")
                .contains("█")
                .containsPattern("input tokens +100 +159\\.5 +159 +207 +218 +219");
        assertThat(directory.resolve("page.html")).content().contains("<svg").contains("burstgpt");
    }

    @Test
    void inspectIsReadByPrograms() {
        InvocationHarness.Outcome outcome = harness().run("dataset", "inspect", "trace.csv", "--json");

        JsonNode summary = JsonMapper.shared().readTree(outcome.out());
        assertThat(summary.path("format").stringValue()).isEqualTo("burstgpt");
        assertThat(summary.path("requests").intValue()).isEqualTo(120);
        assertThat(summary.path("arrivals").path("span_seconds").doubleValue()).isEqualTo(119);
        assertThat(summary.path("input_tokens").path("p50").intValue()).isEqualTo(159);
    }

    @Test
    void convertWritesTheProgramsFormat() throws Exception {
        InvocationHarness.Outcome outcome =
                harness().run("dataset", "convert", "trace.csv", "--output", "converted.jsonl");

        assertThat(outcome.exitCode()).isZero();
        assertThat(Files.readAllLines(directory.resolve("converted.jsonl")))
                .hasSize(120)
                .startsWith("{\"timestamp\":0,\"turns\":[{\"input_tokens\":100,\"output_tokens\":18}]}");
        InvocationHarness.Outcome again =
                harness().run("dataset", "convert", "trace.csv", "--output", "converted.jsonl");
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("converted.jsonl exists: give another file with --output");
        assertThat(harness()
                        .run("dataset", "convert", "trace.csv", "--output", "-")
                        .out()
                        .lines())
                .hasSize(120);
    }

    @Test
    void whatCannotBeReadIsNamed() throws Exception {
        assertThat(harness().run("dataset", "inspect", "none.csv").err()).contains("none.csv does not exist");
        Files.writeString(directory.resolve("broken.jsonl"), "{\"prompt\": 1}\n{\"prompt\": \"a\"}\n");
        InvocationHarness.Outcome outcome = harness().run("dataset", "inspect", "broken.jsonl");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("1 of 2 entries cannot be used").contains("line 1 prompt is 1, not a text");
        assertThat(harness()
                        .run("dataset", "inspect", "broken.jsonl", "--max-bad-entries", "0.5")
                        .out())
                .contains("broken    1 entries are not sent");
        assertThat(harness()
                        .run("dataset", "inspect", "trace.csv", "--trace-time-unit", "minutes")
                        .err())
                .contains("minutes");
    }

    private InvocationHarness harness() {
        return new InvocationHarness(directory);
    }
}
