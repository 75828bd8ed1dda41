package aifactory.service.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.MonotonicClock;
import aifactory.service.JournalEntry;
import aifactory.service.ServiceThreads;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database has to do for the service. */
abstract class StateStoreContract {
    private @Nullable Database database;
    private @Nullable StateWriter writer;

    @SuppressWarnings("NullAway.Init")
    private StateStore store;

    @SuppressWarnings("NullAway.Init")
    private JournalStore journal;

    /** The same database each time. */
    abstract Database open() throws StorageException;

    @BeforeEach
    void begin() throws StorageException {
        Database opened = open();
        database = opened;
        StateWriter writing = new StateWriter(opened, 64, ServiceThreads.SYSTEM, MonotonicClock.SYSTEM);
        writer = writing;
        store = new StateStore(opened, writing);
        journal = new JournalStore(opened, writing);
    }

    @AfterEach
    void end() {
        if (writer != null) {
            writer.close();
        }
        if (database != null) {
            database.close();
        }
    }

    private void restart() throws StorageException {
        end();
        begin();
    }

    private static JournalEntry entry(String event) {
        return new JournalEntry(5, "group", 7L, null, null, event, null, "someone", null);
    }

    private long group(long id) throws Exception {
        return store.groups()
                .insert(id, "token" + id, "SUBMITTING", "{}", "{}", 1, entry("created"))
                .orElseThrow();
    }

    private RunStore.RunRow run(String runId, long key) throws Exception {
        RunStore.RunRow row = new RunStore.RunRow(runId, key, 7, "ARMING", "{}", "{}", 3);
        store.runs().insert(row, entry("dispatched"));
        return row;
    }

    @Test
    void anIdIsTakenUntilItsGroupIsDeleted() throws Exception {
        long key = group(7);
        assertThat(store.groups().insert(7, "other", "SUBMITTING", "{}", "{}", 1, entry("created")))
                .isEmpty();
        store.groups().update(key, "READY", "{\"job\":1}", entry("ready")).get(30, TimeUnit.SECONDS);
        assertThat(store.groups().current())
                .containsExactly(new GroupStore.GroupRow(key, 7, "token7", "READY", "{}", "{\"job\":1}", 1));
        store.groups().archive(key, "CANCELLED", entry("deleted")).get(30, TimeUnit.SECONDS);
        assertThat(store.groups().current()).isEmpty();
        long next = store.groups()
                .insert(7, "again", "SUBMITTING", "{}", "{}", 2, entry("created"))
                .orElseThrow();
        assertThat(next).isGreaterThan(key);
        assertThat(store.groups().deleted(7L, 10))
                .extracting(GroupStore.GroupRow::groupKey)
                .containsExactly(key);
        assertThat(store.groups().deleted(null, 10)).hasSize(1);
        assertThat(store.groups().deleted(8L, 10)).isEmpty();
        assertThat(store.groups().highestBenchmarkId()).isEqualTo(7);
        store.groups().remove(next, entry("refused")).get(30, TimeUnit.SECONDS);
        assertThat(store.groups().current()).isEmpty();
    }

    @Test
    void clientsAndTheirCommandsAreThereAfterARestart() throws Exception {
        long key = group(7);
        store.clients().put(key, 1, "{\"a\":1}", entry("registered"));
        store.clients().put(key, 0, "{}", entry("registered"));
        store.clients().put(key, 1, "{\"a\":2}", entry("registered"));
        store.clients().setLost(key, 0, true, entry("lost"));
        store.clients().addCommand(key, 1, 2, "second");
        store.clients().addCommand(key, 1, 1, "first");
        store.clients().addCommand(key, 1, 1, "once more");
        store.flush();
        restart();
        assertThat(store.clients().of(key))
                .containsExactly(
                        new ClientStore.ClientRow(0, "{}", true), new ClientStore.ClientRow(1, "{\"a\":2}", false));
        assertThat(store.clients().commands(key, 1))
                .extracting(ClientStore.CommandRow::command)
                .containsExactly("first", "second");
        assertThat(store.clients().commands(key, 0)).isEmpty();
    }

    @Test
    void aRunKeepsItsResultWhateverIsStoredOfItLater() throws Exception {
        long key = group(7);
        run("r1", key);
        run("r2", key);
        byte[] result = {1, 0, -1};
        store.runs().update("r1", "COMPLETED", "{}", "{\"x\":1}", result, entry("completed"));
        store.runs().update("r1", "COMPLETED", "{}", "{\"x\":2}", null, entry("repeated"));
        store.runs().putPart("r1", 1, "a");
        store.runs().putPart("r1", 1, "b");
        store.flush();
        restart();
        assertThat(store.runs().newest(7L, 10, 0))
                .extracting(RunStore.RunRow::runId)
                .containsExactly("r2", "r1");
        assertThat(store.runs().newest(null, 1, 1))
                .extracting(RunStore.RunRow::progress)
                .containsExactly("{\"x\":2}");
        assertThat(store.runs().newest(8L, 10, 0)).isEmpty();
        assertThat(store.runs().latest(key))
                .as("the latest that was acknowledged")
                .map(RunStore.RunRow::runId)
                .contains("r1");
        store.runs().acknowledge("r2");
        store.flush();
        assertThat(store.runs().latest(key)).map(RunStore.RunRow::runId).contains("r2");
        assertThat(store.runs().result("r1")).contains(result);
        assertThat(store.runs().result("r2")).isEmpty();
        assertThat(store.runs().parts("r1")).containsExactly(new RunStore.PartRow(1, "b"));
        assertThat(store.runs().delete("r1", entry("deleted"))).isTrue();
        assertThat(store.runs().delete("r1", entry("deleted"))).isFalse();
        assertThat(store.runs().find("r1")).isEmpty();
        assertThat(store.runs().parts("r1")).isEmpty();
    }

    @Test
    void aBatchIsStoredOnceAndOthersDoNotSufferFromOneThatIsRefused() throws Exception {
        run("r1", group(7));
        byte[] body = "measured".getBytes(StandardCharsets.UTF_8);
        assertThat(store.batches().insert("r1", 0, 0, 9, body)).isEmpty();
        assertThat(store.batches().insert("r1", 1, 0, 9, body)).isEmpty();
        assertThat(store.batches().insert("r1", 0, 0, 10, body)).contains(body);
        assertThat(store.batches().insert("r1", 0, 0, 10, new byte[] {9})).contains(body);
        assertThatThrownBy(() -> store.batches().insert("nosuchrun", 0, 0, 10, new byte[] {9}))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("refused a write");
        assertThat(store.batches().insert("r1", 0, 1, 11, new byte[0])).isEmpty();
        restart();
        assertThat(store.batches().of("r1"))
                .containsExactly(
                        new BatchStore.BatchRow(0, 0), new BatchStore.BatchRow(0, 1), new BatchStore.BatchRow(1, 0));
        assertThat(store.batches().last("r1", 0)).contains(1L);
        assertThat(store.batches().last("r1", 5)).isEmpty();
        assertThat(store.batches().body("r1", 0, 0)).isEqualTo(body);
        assertThat(store.batches().body("r1", 0, 1)).isEmpty();
    }

    @Test
    void theJournalIsAskedByEachOfItsFields() throws Exception {
        store.journal(new JournalEntry(100, "run", 7L, "r1", 3, "armed", "because", "client", "10.0.0.1"));
        store.journal(new JournalEntry(200, "request", null, null, null, "refused", null, null, null));
        store.flush();
        assertThat(journal.lines(JournalStore.Filter.NONE, 10, 0)).hasSize(2);
        JournalStore.Line newest = journal.lines(JournalStore.Filter.NONE, 1, 0).getFirst();
        assertThat(newest.event()).isEqualTo("refused");
        assertThat(newest.benchmarkId()).isNull();
        assertThat(newest.clientId()).isNull();
        for (JournalStore.Filter filter : List.of(
                new JournalStore.Filter(7L, null, null, null, null, null, null, null),
                new JournalStore.Filter(null, "r1", null, null, null, null, null, null),
                new JournalStore.Filter(null, null, "run", null, null, null, null, null),
                new JournalStore.Filter(null, null, null, "armed", null, null, null, null),
                new JournalStore.Filter(null, null, null, null, "client", null, null, null),
                new JournalStore.Filter(null, null, null, null, null, null, 150L, null),
                new JournalStore.Filter(null, null, null, null, null, null, null, newest.entry()))) {
            assertThat(journal.lines(filter, 10, 0))
                    .as("%s", filter)
                    .extracting(JournalStore.Line::event)
                    .containsExactly("armed");
        }
        assertThat(journal.lines(new JournalStore.Filter(null, null, null, null, null, 150L, null, null), 10, 0))
                .extracting(JournalStore.Line::event)
                .containsExactly("refused");
    }

    @Test
    void theJournalCannotBeChanged() throws Exception {
        store.journal(entry("something"));
        store.flush();
        StateWriter writing = java.util.Objects.requireNonNull(writer);
        for (String statement : List.of("UPDATE journal SET event = 'else'", "DELETE FROM journal")) {
            assertThatThrownBy(() -> writing.write(handle -> handle.execute(statement)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("append only");
        }
        assertThat(journal.lines(JournalStore.Filter.NONE, 10, 0)).hasSize(1);
    }

    @Test
    void theJournalIsPrunedByAgeAndByNumberAndOnlySo() throws Exception {
        for (int at = 0; at < 20; at++) {
            store.journal(new JournalEntry(at, "group", 7L, null, null, "n" + at, null, null, null));
        }
        store.flush();
        assertThat(journal.prune(0, 100, 5)).isZero();
        assertThat(journal.prune(8, 100, 5)).isEqualTo(5);
        assertThat(journal.prune(8, 100, 5)).isEqualTo(3);
        assertThat(journal.prune(0, 10, 100)).isEqualTo(2);
        assertThat(journal.lines(JournalStore.Filter.NONE, 100, 0)).hasSize(10);
        StateWriter writing = java.util.Objects.requireNonNull(writer);
        assertThatThrownBy(() -> writing.write(handle -> handle.execute("DELETE FROM journal")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("append only");
        assertThatThrownBy(() -> writing.write(handle -> handle.execute("UPDATE journal SET event = 'else'")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("append only");
    }

    @Test
    void commandsArePrunedAndTheNextOneIsStillNumberedAfterTheLast() throws Exception {
        long key = group(7);
        store.clients().put(key, 0, "{}", entry("registered"));
        for (int sequence = 1; sequence <= 4; sequence++) {
            store.clients().addCommand(key, 0, sequence, "c" + sequence);
        }
        store.clients().pruneCommands(key, 0, 3).get(30, TimeUnit.SECONDS);
        assertThat(store.clients().commands(key, 0))
                .extracting(ClientStore.CommandRow::sequence)
                .containsExactly(3L, 4L);
        store.clients().pruneCommands(key, 0, 100).get(30, TimeUnit.SECONDS);
        assertThat(store.clients().commands(key, 0))
                .extracting(ClientStore.CommandRow::sequence)
                .containsExactly(4L);
        store.clients().pruneCommandsOfDeletedGroups();
        assertThat(store.clients().commands(key, 0)).hasSize(1);
        store.groups().archive(key, "CANCELLED", entry("deleted"));
        store.clients().pruneCommandsOfDeletedGroups();
        assertThat(store.clients().commands(key, 0)).isEmpty();
    }

    @Test
    void observersAreKept() throws Exception {
        ObserverStore observers =
                new ObserverStore(java.util.Objects.requireNonNull(database), java.util.Objects.requireNonNull(writer));
        observers.put(new ObserverStore.Row(null, "a:1", 10), entry("observer"));
        observers.put(new ObserverStore.Row(7L, "a:1", 10), entry("observer"));
        observers.put(new ObserverStore.Row(7L, "a:1", 20), entry("observer"));
        assertThat(observers.all())
                .containsExactly(new ObserverStore.Row(null, "a:1", 10), new ObserverStore.Row(7L, "a:1", 20));
        observers.delete(7L, "a:1", entry("observer"));
        store.flush();
        assertThat(observers.all()).hasSize(1);
    }
}
