package aifactory.service.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.MonotonicClock;
import aifactory.service.JournalEntry;
import aifactory.service.ServiceThreads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A write whose answer is lost, or too late, is resolved: it is there once and acknowledged, or not there and refused.
 */
final class AmbiguousWriteTest {
    private static final JournalEntry ENTRY = new JournalEntry(5, "group", 7L, null, null, "event", null, null, null);

    private static final List<FaultyDatabase.Fault> FAULTS =
            List.of(FaultyDatabase.Fault.NONE, FaultyDatabase.Fault.BEFORE_COMMIT, FaultyDatabase.Fault.AFTER_COMMIT);

    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private FaultyDatabase database;

    @BeforeEach
    void open() throws StorageException {
        database = new FaultyDatabase(Database.open(directory, null));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static long events(JournalStore journal, String event) throws StorageException {
        return journal.lines(new JournalStore.Filter(null, null, null, event, null, null, null, null), 10_000, 0)
                .size();
    }

    private static JournalEntry entry(String event) {
        return new JournalEntry(5, "group", 7L, null, null, event, null, null, null);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void whatWasCommittedIsAcknowledgedAndNotWrittenAgain() throws Exception {
        try (StateWriter writer = new StateWriter(database, 64, ServiceThreads.SYSTEM, MonotonicClock.SYSTEM)) {
            StateStore store = new StateStore(database, writer);
            JournalStore journal = new JournalStore(database, writer);
            assertThat(store.groups().insert(7, "token", "READY", "{}", "{}", 1, ENTRY))
                    .isPresent();
            for (FaultyDatabase.Fault fault :
                    List.of(FaultyDatabase.Fault.AFTER_COMMIT, FaultyDatabase.Fault.BEFORE_COMMIT)) {
                database.failNext(fault);
                CompletableFuture<Void> transition = store.journal(entry("transition " + fault));
                transition.get(60, TimeUnit.SECONDS);
                assertThat(events(journal, "transition " + fault))
                        .as("%s", fault)
                        .isEqualTo(1);
            }
            database.failNext(FaultyDatabase.Fault.AFTER_COMMIT);
            store.runs().insert(new RunStore.RunRow("r1", 1, 7, "QUEUED", "{}", "{}", 1), entry("queued"));
            assertThat(store.runs().find("r1")).isPresent();
            database.failNext(FaultyDatabase.Fault.AFTER_COMMIT);
            assertThat(store.batches().insert("r1", 0, 0, 1, new byte[] {1})).isEmpty();
            assertThat(writer.trouble()).isNull();
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void whatWasNotCommittedIsRefusedAndNotThereLater() throws Exception {
        try (StateWriter writer = new StateWriter(database, 64, ServiceThreads.SYSTEM, MonotonicClock.SYSTEM)) {
            StateStore store = new StateStore(database, writer);
            assertThat(store.groups().insert(7, "token", "READY", "{}", "{}", 1, ENTRY))
                    .isPresent();
            database.failNext(FaultyDatabase.Fault.BEFORE_COMMIT);
            assertThatThrownBy(() -> store.runs()
                            .insert(new RunStore.RunRow("r1", 1, 7, "QUEUED", "{}", "{}", 1), entry("queued")))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("nothing of this was stored");
            store.flush();
            assertThat(store.runs().newest(null, 10, 0)).isEmpty();
            store.runs().insert(new RunStore.RunRow("r2", 1, 7, "QUEUED", "{}", "{}", 1), entry("queued"));
            assertThat(store.runs().newest(null, 10, 0)).hasSize(1);
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void anOrderThatWasGivenUpIsNotExecutedLater() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (StateWriter writer = new StateWriter(
                database,
                64,
                ServiceThreads.SYSTEM,
                MonotonicClock.SYSTEM,
                new StateWriter.Patience(10_000, 50, 60_000))) {
            StateStore store = new StateStore(database, writer);
            JournalStore journal = new JournalStore(database, writer);
            database.holdUntil(gate);
            CompletableFuture<Void> transition = store.journal(entry("before"));
            CompletableFuture<Void> later;
            try {
                assertThatThrownBy(() -> store.groups().insert(7, "token", "SUBMITTING", "{}", "{}", 1, entry("made")))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("abandoned");
                later = store.journal(entry("after"));
            } finally {
                // The writer waits for the gate, and its end waits for the writer.
                gate.countDown();
            }
            transition.get(60, TimeUnit.SECONDS);
            later.get(60, TimeUnit.SECONDS);
            assertThat(store.groups().current()).as("no ghost").isEmpty();
            assertThat(events(journal, "made")).isZero();
            assertThat(events(journal, "before")).isEqualTo(1);
            assertThat(events(journal, "after")).isEqualTo(1);
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void everyWriteIsThereAsOftenAsItWasAcknowledged() throws Exception {
        Random random = new Random(4);
        try (StateWriter writer = new StateWriter(database, 1_000, ServiceThreads.SYSTEM, MonotonicClock.SYSTEM)) {
            StateStore store = new StateStore(database, writer);
            JournalStore journal = new JournalStore(database, writer);
            List<CompletableFuture<Void>> transitions = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                database.failNext(FAULTS.get(random.nextInt(FAULTS.size())));
                transitions.add(store.journal(entry("n" + number)));
                boolean acknowledged;
                try {
                    writer.write(handle -> {
                        JournalStore.insert(handle, entry("asked"));
                        return true;
                    });
                    acknowledged = true;
                } catch (StorageException e) {
                    acknowledged = false;
                }
                String event = acknowledged ? "acknowledged" : "refused";
                transitions.add(store.journal(entry(event)));
            }
            for (CompletableFuture<Void> transition : transitions) {
                transition.get(60, TimeUnit.SECONDS);
            }
            for (int number = 0; number < 8; number++) {
                assertThat(events(journal, "n" + number)).isEqualTo(1);
            }
            assertThat(events(journal, "asked")).isEqualTo(events(journal, "acknowledged"));
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void anErrorEndsTheWriterAndNobodyWaitsForEver() throws Exception {
        try (StateWriter writer = new StateWriter(database, 64, ServiceThreads.SYSTEM, MonotonicClock.SYSTEM)) {
            assertThatThrownBy(() -> writer.write(handle -> {
                        throw new StackOverflowError("no room");
                    }))
                    .isInstanceOf(StorageException.class);
            assertThatThrownBy(() -> writer.write(handle -> true)).isInstanceOf(StorageException.class);
            assertThat(writer.record(handle -> {})
                            .handle((_, failure) -> failure != null)
                            .get(60, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(writer.threadTrouble()).contains("state-writer has ended");
            assertThat(writer.trouble()).contains("has ended");
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aRunThatWasGivenUpIsNoGhostInTheNextLife() throws Exception {
        try (Database real = Database.open(java.nio.file.Files.createDirectory(directory.resolve("other")), null)) {
            GivenUpRuns.areNotTakenUp(real);
        }
    }
}
