package aifactory.client.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.node.waiting.Signal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EndingTest {
    @Test
    void endsASleepAndAWaitForAnAnswer() throws InterruptedException {
        Signal signal = new Signal();
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
