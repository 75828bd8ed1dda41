package aifactory.client.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SignalTest {
    private final List<String> ran = new ArrayList<>();
    private final Signal signal = new Signal();

    @Test
    void runsWhatIsSubscribedOnce() {
        try (Signal.Subscription _ = signal.subscribe(() -> ran.add("action"))) {
            assertThat(ran).isEmpty();
            signal.raise();
            signal.raise();
        }

        assertThat(ran).containsExactly("action");
        assertThat(signal.isRaised()).isTrue();
    }

    @Test
    void runsWhatComesTooLateAtOnce() {
        signal.raise();

        try (Signal.Subscription _ = signal.subscribe(() -> ran.add("late"))) {
            assertThat(ran).containsExactly("late");
        }
    }

    @Test
    void forgetsWhatIsNotSubscribedAnyMore() {
        signal.subscribe(() -> ran.add("forgotten")).close();
        signal.raise();

        assertThat(ran).isEmpty();
    }

    @Test
    void endsASleepAndAWaitForAnAnswer() throws InterruptedException {
        CompletableFuture<String> never = new CompletableFuture<>();
        signal.raise();

        assertThat(Sleeper.SYSTEM.sleep(Duration.ofDays(1), signal)).isTrue();
        assertThat(Awaiting.unless(signal, never)).isNull();
        assertThat(never).isCancelled();
    }

    @Test
    void onlyTheFirstReasonToEndCounts() {
        Ending ending = new Ending();
        assertThat(ending.reason()).isEmpty();

        ending.request(EndReason.EXIT_COMMAND);
        ending.request(EndReason.TERMINATED);

        assertThat(ending.reason()).hasValue(EndReason.EXIT_COMMAND);
        assertThat(ending.signal().isRaised()).isTrue();
    }
}
