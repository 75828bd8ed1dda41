package aifactory.service.persistence;

import aifactory.service.JournalEntry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The observers, as stored. Thread-safe. */
public final class ObserverStore {
    private static final long EVERY_GROUP = -1;

    private final Database database;
    private final StateWriter writer;

    public ObserverStore(Database database, StateWriter writer) {
        this.database = database;
        this.writer = writer;
    }

    /**
     * An observer as stored.
     *
     * @param benchmarkId null for every group
     */
    public record Row(@Nullable Long benchmarkId, String address, long frequencyMillis) {}

    /** Returns when it is durable. */
    public void put(Row row, JournalEntry entry) throws StorageException, InterruptedException {
        writer.write(handle -> {
            handle.createUpdate("INSERT INTO observer (benchmark_id, address, frequency_millis)"
                            + " VALUES (:id, :address, :frequency) ON CONFLICT (benchmark_id, address)"
                            + " DO UPDATE SET frequency_millis = excluded.frequency_millis")
                    .bind("id", row.benchmarkId() == null ? EVERY_GROUP : row.benchmarkId())
                    .bind("address", row.address())
                    .bind("frequency", row.frequencyMillis())
                    .execute();
            JournalStore.insert(handle, entry);
            return true;
        });
    }

    public CompletableFuture<Void> delete(@Nullable Long benchmarkId, String address, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("DELETE FROM observer WHERE benchmark_id = :id AND address = :address")
                    .bind("id", benchmarkId == null ? EVERY_GROUP : benchmarkId)
                    .bind("address", address)
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    public List<Row> all() throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT benchmark_id, address, frequency_millis FROM observer ORDER BY benchmark_id, address")
                .map((row, context) -> {
                    long id = row.getLong(1);
                    return new Row(id == EVERY_GROUP ? null : id, row.getString(2), row.getLong(3));
                })
                .list());
    }
}
