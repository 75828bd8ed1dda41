package aifactory.commandline.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressDisplayTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final AtomicLong nowNanos = new AtomicLong();

    @Test
    void plainProgressPrintsNewStagesAtOnceAndNewsNowAndThen() {
        PlainProgress progress = new PlainProgress(stream, nowNanos::get);
        progress.show(ProgressText.of("running", "1 of 20 s"));
        progress.show(ProgressText.of("running", "2 of 20 s"));
        advance(Duration.ofSeconds(5));
        progress.show(ProgressText.of("running", "6 of 20 s"));
        progress.show(ProgressText.of("draining", "waits for the last answers"));
        advance(Duration.ofMinutes(1));
        progress.show(ProgressText.of("draining", "waits for the last answers"));

        assertThat(printed().lines()).containsExactly("1 of 20 s", "6 of 20 s", "waits for the last answers");
    }

    @Test
    void redrawnProgressGoesBackOverWhatItDrew() {
        RedrawnProgress progress = new RedrawnProgress(stream);
        progress.show(new ProgressText("running", "", List.of("one", "two", "three")));
        progress.show(new ProgressText("running", "", List.of("four")));
        progress.close();

        assertThat(printed())
                .isEqualTo("\u001b[?7l\r\u001b[Jone\ntwo\nthree\n\u001b[?7h"
                        + "\u001b[?7l\u001b[3A\r\u001b[Jfour\n\u001b[?7h"
                        + "\u001b[1A\r\u001b[J");
    }

    @Test
    void redrawnProgressClosesWithoutATraceWhenNothingWasShown() {
        new RedrawnProgress(stream).close();

        assertThat(printed()).isEmpty();
    }

    private void advance(Duration time) {
        nowNanos.addAndGet(time.toNanos());
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
