package aifactory.service.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.JournalEntry;
import aifactory.service.testing.DelegatingThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers that are active together share a transaction; one that is alone does not wait for others. */
final class SharedTransactionTest {
    @TempDir
    Path directory = Path.of("");

    /** Does what the test wants where the writer would wait, instead of waiting. */
    private record Waits(List<Duration> waits, AtomicReference<Runnable> meanwhile) implements DelegatingThreads {
        @Override
        public void sleep(Duration duration) {
            waits.add(duration);
            meanwhile.getAndSet(() -> {}).run();
        }
    }

    private static JournalEntry entry(int number) {
        return new JournalEntry(5, "group", 7L, null, null, "event " + number, null, null, null);
    }

    @Test
    void severalActiveWritersShareATransactionAndOneAloneDoesNotWait() throws Exception {
        FaultyDatabase database = new FaultyDatabase(Database.open(directory, null));
        Waits threads = new Waits(new ArrayList<>(), new AtomicReference<>(() -> {}));
        try (StateWriter writer = new StateWriter(database, 64, threads, () -> 0)) {
            JournalStore journal = new JournalStore(database, writer);
            StateStore store = new StateStore(database, writer);
            for (int number = 0; number < 5; number++) {
                store.journal(entry(number)).get(60, TimeUnit.SECONDS);
            }
            assertThat(threads.waits()).as("a single writer").isEmpty();
            assertThat(database.commits()).isEqualTo(5);

            CountDownLatch gate = new CountDownLatch(1);
            database.holdUntil(gate);
            List<CompletableFuture<Void>> together = new ArrayList<>();
            for (int number = 5; number < 15; number++) {
                together.add(store.journal(entry(number)));
            }
            List<CompletableFuture<Void>> meanwhile = new ArrayList<>();
            threads.meanwhile().set(() -> {
                for (int number = 16; number < 20; number++) {
                    meanwhile.add(store.journal(entry(number)));
                }
            });
            gate.countDown();
            for (CompletableFuture<Void> one : together) {
                one.get(60, TimeUnit.SECONDS);
            }
            long before = database.commits();
            store.journal(entry(15)).get(60, TimeUnit.SECONDS);
            for (CompletableFuture<Void> one : meanwhile) {
                one.get(60, TimeUnit.SECONDS);
            }
            assertThat(meanwhile).hasSize(4);
            assertThat(database.commits())
                    .as("what came in the wait is in the same transaction")
                    .isEqualTo(before + 1);
            assertThat(threads.waits())
                    .isNotEmpty()
                    .allSatisfy(wait -> assertThat(wait).isPositive().isLessThan(Duration.ofMillis(100)));

            store.journal(entry(20)).get(60, TimeUnit.SECONDS);
            int waits = threads.waits().size();
            store.journal(entry(21)).get(60, TimeUnit.SECONDS);
            store.journal(entry(22)).get(60, TimeUnit.SECONDS);
            assertThat(threads.waits()).as("alone again").hasSize(waits);
            assertThat(journal.lines(
                            new JournalStore.Filter(null, null, null, null, null, null, null, null), 10_000, 0))
                    .hasSize(23);
        } finally {
            database.close();
        }
    }
}
