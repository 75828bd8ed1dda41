package aifactory.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.service.RequestRefusedException;
import aifactory.service.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** While as many bodies as there may be are unpacked, the next one waits, or is refused. */
final class UnpackingTurnsTest {
    private static final int MOST = ControlRoutes.MOST_UNPACKED;

    private final AtomicInteger underWay = new AtomicInteger();

    private CompletableFuture<String> start(UnpackingTurns turns, CountDownLatch until) {
        CompletableFuture<String> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                done.complete(turns.take(() -> {
                    underWay.incrementAndGet();
                    try {
                        until.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    underWay.decrementAndGet();
                    return "unpacked";
                }));
            } catch (InterruptedException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private List<CompletableFuture<String>> full(UnpackingTurns turns, CountDownLatch until) {
        List<CompletableFuture<String>> held = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            held.add(start(turns, until));
        }
        Eventually.await("all are under way", underWay::get, number -> number == MOST);
        return held;
    }

    @Test
    void theFifthWaitsUntilOneIsDone() throws Exception {
        assertThat(MOST).isEqualTo(4);
        UnpackingTurns turns = new UnpackingTurns(MOST, Duration.ofHours(1));
        CountDownLatch until = new CountDownLatch(1);
        List<CompletableFuture<String>> held = full(turns, until);
        CompletableFuture<String> fifth = start(turns, new CountDownLatch(0));
        Eventually.await("the fifth waits", turns::waiting, waiting -> waiting == 1);
        assertThat(underWay).hasValue(MOST);
        assertThat(fifth).isNotDone();
        until.countDown();
        assertThat(fifth.get()).isEqualTo("unpacked");
        for (CompletableFuture<String> one : held) {
            assertThat(one.get()).isEqualTo("unpacked");
        }
    }

    @Test
    void itIsRefusedWhenItsTurnDoesNotComeAndTurnsAreGivenBackAfterFailures() throws Exception {
        UnpackingTurns turns = new UnpackingTurns(MOST, Duration.ZERO);
        CountDownLatch until = new CountDownLatch(1);
        List<CompletableFuture<String>> held = full(turns, until);
        assertThatThrownBy(() -> turns.take(() -> "unpacked"))
                .isInstanceOfSatisfying(
                        RequestRefusedException.class,
                        refused -> assertThat(refused.status()).isEqualTo(503))
                .hasMessageContaining("4 batches are being unpacked");
        until.countDown();
        for (CompletableFuture<String> one : held) {
            one.get();
        }
        for (int i = 0; i < 3 * MOST; i++) {
            assertThatThrownBy(() -> turns.take(() -> {
                        throw new OutOfMemoryError("thrown by the test");
                    }))
                    .isInstanceOf(OutOfMemoryError.class);
        }
        assertThat(turns.take(() -> "unpacked")).isEqualTo("unpacked");
    }
}
