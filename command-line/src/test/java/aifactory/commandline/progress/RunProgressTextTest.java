package aifactory.commandline.progress;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestCounts;
import aifactory.protocol.RunProgress;
import aifactory.protocol.RunState;
import aifactory.protocol.RunView;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RunProgressTextTest {
    private static final RequestCounts COUNTS =
            new RequestCounts(500, 495, 480, 3, 0, 480, 0, 0, 0, Map.of("timeout", 3L));

    @Test
    void tellsEverythingInOneLine() {
        ProgressText text = RunProgressText.of(
                running(new RunProgress(12.3, 20.0, 4, 4, 8, COUNTS, 40.12, 5123.4, 50.26, 61.0, 10.11, 12.3)));

        assertThat(text.line())
                .isEqualTo(
                        "running 12 of 20 s, 8 s remain: 480 completed, 3 failed, 40.1 req/s, 5123 tok/s, 8 in flight,"
                                + " TTFT p50 50.3 p99 61.0 ms, ITL p50 10.1 p99 12.3 ms, 4 of 4 clients {timeout=3}");
        assertThat(text.area()).hasSize(3).allSatisfy(line -> assertThat(line).hasSizeLessThan(100));
        assertThat(text.area().getFirst()).startsWith("running [##################------------]");
    }

    @Test
    void isAtALossForNothingBeforeTheFirstToken() {
        ProgressText text = RunProgressText.of(
                running(new RunProgress(-0.5, null, 0, 4, 0, RequestCounts.NONE, 0, 0, null, null, null, null)));

        assertThat(text.line()).contains("starts in 0.5 s").contains("TTFT -").contains("0 of 4 clients");
    }

    @Test
    void saysThatARunIsBeingArmed() {
        RunView arming = new RunView("r1", 5, RunState.ARMING, "then", null, null, null, null);

        assertThat(RunProgressText.of(arming).line()).isEqualTo("run r1: arming");
    }

    private static RunView running(@Nullable RunProgress progress) {
        return new RunView("r1", 5, RunState.RUNNING, "then", "then", null, null, progress);
    }
}
