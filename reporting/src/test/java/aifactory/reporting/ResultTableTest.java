package aifactory.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultTableTest {
    private final SampleRun sample = new SampleRun();

    @Test
    void theVerdictComesFirstAndTheFiguresAreThoseOfTheSummary() {
        sample.failureShare = 0;
        RunSummary summary = sample.result().summary();

        List<String> lines = ResultTable.render(summary, 80, false).lines().toList();

        assertThat(lines.getFirst()).startsWith("VALID  Every request was completed");
        assertThat(lines).anyMatch(line -> line.matches("Latency, ms +mean +p50 +p90 +p95 +p99 +max"));
        MetricSummary firstToken = Objects.requireNonNull(summary.metrics().get("ttft_ms"));
        assertThat(lines)
                .filteredOn(line -> line.startsWith("Time to first token "))
                .singleElement()
                .asString()
                .matches("Time to first token +" + Figures.of(firstToken.mean()) + " +" + Figures.of(firstToken.p50())
                        + " +" + Figures.of(firstToken.p90()) + " +" + Figures.of(firstToken.p95()) + " +"
                        + Figures.of(firstToken.p99()) + " +" + Figures.of(firstToken.max()));
        assertThat(lines).anyMatch(line -> line.startsWith("Goodput") && line.contains("100 % of requests met"));
        assertThat(lines).anyMatch(line -> line.startsWith("Clients     4 of 4 reported"));
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 132})
    void noLineIsWiderThanTheTerminal(int width) {
        sample.cpuShare = 0.99;
        sample.lost = List.of("node104");
        sample.ending = RunState.INCOMPLETE;

        String table = ResultTable.render(sample.result().summary(), width, false);

        assertThat(table.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
        assertThat(table).contains("INCOMPLETE", "spent 99 % of its cores", "lost:", "p50", "p99");
    }

    @Test
    void anInvalidRunOnOneMachineComesWithAdvice() {
        sample.cpuShare = 0.99;
        sample.longestPauseNanos = 400_000_000;
        String elsewhere = ResultTable.render(sample.result().summary(), 80, false);
        sample.targets = List.of("http://127.0.0.1:8000");
        String inJob = ResultTable.render(sample.result().summary(), 80, false);
        sample.isOnSlurm = false;
        String local = ResultTable.render(sample.result().summary(), 80, false);
        sample.cpuShare = 0.1;
        sample.longestPauseNanos = 1_000_000;
        String valid = ResultTable.render(sample.result().summary(), 80, false);

        assertThat(local.replace('\n', ' '))
                .contains("share the processors of this machine", "--num-clients 1 --request-rate 25");
        for (String other : List.of(elsewhere, inJob, valid)) {
            assertThat(other.replace('\n', ' ')).doesNotContain("share the processors");
        }
    }

    @Test
    void colourIsForTerminalsOnly() {
        RunSummary summary = sample.result().summary();

        assertThat(ResultTable.render(summary, 80, false)).doesNotContain("\u001b");
        String coloured = ResultTable.render(summary, 80, true);
        assertThat(coloured).contains("\u001b[1;33mVALID\u001b[0m");
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(ResultTable.render(summary, 80, false));
    }

    @Test
    void aRunWithoutSuccessIsSaidPlainly() {
        sample.failureShare = 1;

        String table = ResultTable.render(sample.result().summary(), 80, false);

        assertThat(table).startsWith("INVALID  No request").contains("No latencies", "timeout");
        assertThat(table).doesNotContain("NaN", "Infinity");
    }

    @Test
    void everyCauseOfErrorsIsShownWithItsStatusItsFirstTimeAndTheServersWords() {
        sample.failureShare = 0.5;
        sample.errorDetail = "HTTP status 503: no healthy upstream\u001b[2J";
        RunSummary summary = sample.result().summary();

        RunSummary.ErrorCause most = summary.requests().errorCauses().getFirst();
        assertThat(most.cause()).isEqualTo("http_server_error");
        assertThat(most.status()).isEqualTo(503);
        assertThat(summary.requests().errorCauses().stream()
                        .mapToLong(RunSummary.ErrorCause::count)
                        .sum())
                .isPositive();
        String table = ResultTable.render(summary, 200, false);
        assertThat(table.lines())
                .anyMatch(line -> line.startsWith(
                        "Errors      http_server_error (HTTP 503) " + Figures.count(most.count()) + ", the first after "
                                + Figures.seconds(most.firstMs() / 1000) + ": no healthy upstream?[2J"))
                .anyMatch(line -> line.startsWith("            timeout (HTTP 503) "));
    }

    @Test
    void controlCharactersOfTheServerDoNotReachTheTerminal() {
        sample.model = "evil\u001b[2Jmodel\u202e";

        assertThat(ResultTable.render(sample.result().summary(), 80, false))
                .contains("evil?[2Jmodel?")
                .doesNotContain("\u001b", "\u202e");
    }

    @Test
    void figuresKeepThreeDigitsAndNeverSayNaN() {
        assertThat(Figures.of(0.1234)).isEqualTo("0.123");
        assertThat(Figures.of(9.996)).isEqualTo("10.0");
        assertThat(Figures.of(99.96)).isEqualTo("100");
        assertThat(Figures.of(12_345.6)).isEqualTo("12,346");
        assertThat(Figures.of(0.00012)).isEqualTo("0.00012");
        assertThat(Figures.of(0.0)).isEqualTo("0");
        assertThat(Figures.of(Double.NaN)).isEqualTo("–");
        assertThat(Figures.percent(Double.POSITIVE_INFINITY)).isEqualTo("–");
        assertThat(Figures.seconds(7_384)).isEqualTo("2 h 03 min");
    }
}
