package aifactory.engine.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PauseDetectorTest {
    private final ManualClock clock = new ManualClock();
    private final Pulse one = new Pulse();
    private final Pulse two = new Pulse();

    @Test
    void aTimeInWhichEveryThreadStoodStillIsAPause() throws Exception {
        try (PauseDetector detector = new PauseDetector(clock, List.of(one, two))) {
            beat(one, two);
            detector.awaitBeat();
            clock.advanceMillis(250);
            beat(one, two);
            detector.awaitBeat();

            assertThat(detector.takeLongestPauseNanos()).isEqualTo(250_000_000);
        }
    }

    @Test
    void anEventLoopThatWorksMeanwhileShowsThatTheProcessRan() throws Exception {
        try (PauseDetector detector = new PauseDetector(clock, List.of(one, two))) {
            beat(one, two);
            detector.awaitBeat();
            clock.advanceMillis(30);
            beat(two);
            clock.advanceMillis(170);
            beat(two);
            clock.advanceMillis(50);
            beat(one, two);
            detector.awaitBeat();

            assertThat(detector.takeLongestPauseNanos()).isLessThanOrEqualTo(170_000_000);
        }
    }

    @Test
    void aPauseThatAThreadHasNotNoticedYetIsFoundLater() throws Exception {
        try (PauseDetector detector = new PauseDetector(clock, List.of(one))) {
            beat(one);
            detector.awaitBeat();
            clock.advanceMillis(120);
            detector.awaitBeat();
            assertThat(detector.takeLongestPauseNanos()).isZero();
            beat(one);
            assertThat(detector.takeLongestPauseNanos()).isEqualTo(120_000_000);
        }
    }

    private void beat(Pulse... pulses) {
        for (Pulse pulse : pulses) {
            pulse.beat(clock.nanoTime());
        }
    }
}
