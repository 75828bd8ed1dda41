package aifactory.commandline.follow;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.load.ServiceLevel;
import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.protocol.RunSummary.InvalidReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RunVerdictTest {
    private static final ServiceLevel MET = ServiceLevel.parse("ttft_ms.p99", 60);
    private static final ServiceLevel MISSED = ServiceLevel.parse("ttft_ms.p99", 40);

    @Test
    void isDoneWhenEverythingIsWell() {
        RunVerdict verdict = RunVerdict.of(summary(RunState.COMPLETED, true, 0), 0, List.of(MET));

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(verdict.reasons()).isEmpty();
    }

    @Test
    void failsTheCheckWhenMoreRequestsFailedThanAreTolerated() {
        assertThat(RunVerdict.of(summary(RunState.COMPLETED, true, 3), 3, List.of())
                        .exitCode())
                .isEqualTo(ExitCode.DONE);

        RunVerdict verdict = RunVerdict.of(summary(RunState.COMPLETED, true, 3), 2, List.of());
        assertThat(verdict.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
        assertThat(verdict.reasons()).singleElement().asString().contains("3 requests failed", "--max-failed is 2");
    }

    @Test
    void failsTheCheckWhenAServiceLevelIsMissed() {
        RunVerdict verdict = RunVerdict.of(summary(RunState.COMPLETED, true, 0), 0, List.of(MET, MISSED));

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
        assertThat(verdict.reasons())
                .containsExactly("a service level is missed: ttft_ms.p99 is 50.000, the limit is 40.000");
    }

    @Test
    void missesAServiceLevelThatWasNotMeasured() {
        ServiceLevel unmeasured = ServiceLevel.parse("itl_ms.p50", 100);
        RunVerdict verdict = RunVerdict.of(summary(RunState.COMPLETED, true, 0), 0, List.of(unmeasured));

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    }

    @Test
    void weighsThatTheRunIsNotValidMoreThanAFailedCheck() {
        RunVerdict verdict = RunVerdict.of(summary(RunState.INVALID, false, 3), 0, List.of(MISSED));

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.NOT_VALID);
        assertThat(verdict.reasons()).containsExactly("the run is not valid: client 1 paused 2000 ms");
    }

    @Test
    void namesTheClientsThatAnIncompleteRunHasLost() {
        RunVerdict verdict = RunVerdict.of(summary(RunState.INCOMPLETE, false, 0), 0, List.of());

        assertThat(verdict.exitCode()).isEqualTo(ExitCode.NOT_VALID);
        assertThat(verdict.reasons().getFirst()).contains("the run is incomplete", "node7");
    }

    @Test
    void aRunThatItsErrorsEndedHasFailedACheck() {
        RunSummary.EarlyEnd early = new RunSummary.EarlyEnd(
                RunSummary.EarlyEnd.MAX_ERRORS, "13 requests failed, more than max_errors 10 allows");

        RunVerdict verdict = RunVerdict.of(summary(RunState.STOPPED, true, 3).withEarlyEnd(early), 5, List.of());
        assertThat(verdict.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
        assertThat(verdict.reasons()).singleElement().asString().contains("ended early", "max_errors 10");

        RunSummary notValid = summary(RunState.STOPPED, false, 3).withEarlyEnd(early);
        assertThat(RunVerdict.of(notValid, 5, List.of()).exitCode()).isEqualTo(ExitCode.NOT_VALID);
        RunSummary.EarlyEnd byUser = new RunSummary.EarlyEnd(RunSummary.EarlyEnd.STOPPED, "stopped on request");
        RunSummary stopped = summary(RunState.STOPPED, true, 0).withEarlyEnd(byUser);
        assertThat(RunVerdict.of(stopped, 5, List.of()).exitCode()).isEqualTo(ExitCode.NOT_VALID);
    }

    private static RunSummary summary(RunState state, boolean valid, long failed) {
        return new RunSummary(
                RunSummary.SCHEMA,
                5,
                "run",
                state,
                valid,
                valid ? List.of() : List.of(new InvalidReason("process_paused", "client 1 paused 2000 ms", 1)),
                new RunSummary.Provenance(
                        "1", "c", "s", 7, Map.of(), "then", "now", List.of("http://a"), null, Map.of(), 0, null),
                new RunSummary.Clients(2, 2, 2, state == RunState.INCOMPLETE ? List.of("node7") : List.of()),
                new RunSummary.Requests(
                        100, 100, 100 - failed, failed, 0, failed == 0 ? Map.of() : Map.of("timeout", failed)),
                new RunSummary.Tokens(100, 100, null, 1),
                10,
                10,
                10,
                20,
                null,
                null,
                null,
                Map.of("ttft_ms", new MetricSummary(100, 50, 0, 50, 50, 50, 50, 50, 50, 50)),
                new RunSummary.ClientHealth(0, Map.of(), 0, 0, 0, 0, Map.of()));
    }
}
