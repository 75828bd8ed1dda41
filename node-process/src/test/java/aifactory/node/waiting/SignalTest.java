package aifactory.node.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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
}
