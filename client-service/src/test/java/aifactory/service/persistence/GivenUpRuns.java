package aifactory.service.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.MonotonicClock;
import aifactory.service.JournalEntry;
import aifactory.service.ServiceThreads;
import aifactory.service.testing.DelegatingThreads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A run is refused although its commit takes place, since the database is away; then the service is killed. For every
 * kind of database.
 */
final class GivenUpRuns {
    private static final JournalEntry ENTRY = new JournalEntry(5, "run", 7L, null, null, "event", null, null, null);

    private GivenUpRuns() {}

    /** Waits for an answer until the database is away, and not in time: how long that takes is not what is tested. */
    private record UntilAway(FaultyDatabase database) implements DelegatingThreads {
        @Override
        public void sleep(Duration duration) throws InterruptedException {
            SYSTEM.sleep(Duration.ofMillis(5));
        }

        @Override
        public <T> T get(CompletableFuture<T> future, Duration longest)
                throws InterruptedException, ExecutionException, TimeoutException {
            while (true) {
                try {
                    return future.get(5, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (database.isAway()) {
                        throw e;
                    }
                }
            }
        }
    }

    /** Fails where such a run would be restored by the next process of the service. */
    static void areNotTakenUp(Database real) throws Exception {
        FaultyDatabase database = new FaultyDatabase(real);
        StateWriter writer = new StateWriter(database, 64, new UntilAway(database), MonotonicClock.SYSTEM);
        StateStore store = new StateStore(database, writer);
        long key =
                store.groups().insert(7, "token", "READY", "{}", "{}", 1, ENTRY).orElseThrow();
        database.failNext(FaultyDatabase.Fault.AWAY_AFTER_COMMIT);
        assertThatThrownBy(() -> store.runs().insert(row("ghost", key), ENTRY))
                .isInstanceOfSatisfying(
                        StorageException.class,
                        refused -> assertThat(refused.isOutcomeUnknown()).isTrue());
        writer.halt();

        try (StateWriter next = new StateWriter(real, 64, ServiceThreads.SYSTEM, MonotonicClock.SYSTEM)) {
            StateStore later = new StateStore(real, next);
            assertThat(later.runs().find("ghost")).as("the commit took place").isPresent();
            assertThat(later.runs().latest(key))
                    .as("what a group is restored with")
                    .isEmpty();
            assertThat(later.runs().unacknowledged())
                    .extracting(RunStore.RunRow::runId)
                    .containsExactly("ghost");
            later.runs().removeUnacknowledged("ghost", ENTRY).get(60, TimeUnit.SECONDS);
            assertThat(later.runs().find("ghost")).isEmpty();

            later.runs().insert(row("queued", key), ENTRY);
            later.runs().acknowledge("queued").get(60, TimeUnit.SECONDS);
            assertThat(later.runs().latest(key).orElseThrow().runId()).isEqualTo("queued");
            later.runs().insert(row("armed", key), ENTRY);
            later.runs().update("armed", "ARMING", "{}", "{}", null, ENTRY).get(60, TimeUnit.SECONDS);
            assertThat(later.runs().latest(key).orElseThrow().runId()).isEqualTo("armed");
            later.runs().removeUnacknowledged("armed", ENTRY).get(60, TimeUnit.SECONDS);
            assertThat(later.runs().find("armed"))
                    .as("an acknowledged one stays")
                    .isPresent();
            assertThat(later.runs().unacknowledged()).isEmpty();
        }
    }

    private static RunStore.RunRow row(String runId, long key) {
        return new RunStore.RunRow(runId, key, 7, "QUEUED", "{}", "{}", 1);
    }
}
