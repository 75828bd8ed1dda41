package aifactory.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TimerSlackTest {
    @Test
    void isTheLeastForTheCallingThreadAlone() throws Exception {
        String before = slack();
        CompletableFuture<String> tightened = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                TimerSlack.tighten();
                tightened.complete(slack());
            } catch (Exception e) {
                tightened.completeExceptionally(e);
            }
        });
        assertThat(tightened.get()).isEqualTo("1");
        assertThat(slack()).isEqualTo(before).isNotEqualTo("1");
    }

    private static String slack() throws Exception {
        return Files.readString(TimerSlack.file()).strip();
    }
}
