package aifactory.service.persistence;

import aifactory.service.JournalEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The rows of groups. Methods that write return when it is durable, unless they return a future. Thread-safe. */
public final class GroupStore {
    private final Database database;
    private final StateWriter writer;

    GroupStore(Database database, StateWriter writer) {
        this.database = database;
        this.writer = writer;
    }

    /** A group as stored. */
    public record GroupRow(
            long groupKey,
            long benchmarkId,
            String token,
            String state,
            String definition,
            String job,
            long createdAt) {
        private static GroupRow of(ResultSet row) throws SQLException {
            return new GroupRow(
                    row.getLong("group_key"),
                    row.getLong("benchmark_id"),
                    row.getString("token"),
                    row.getString("state"),
                    row.getString("definition"),
                    row.getString("job"),
                    row.getLong("created_at"));
        }
    }

    /**
     * Makes a group; empty when the id is taken. A row in its first state is not acknowledged: see {@link #remove}.
     */
    public Optional<Long> insert(
            long benchmarkId,
            String token,
            String state,
            String definition,
            String job,
            long atMillis,
            JournalEntry entry)
            throws StorageException, InterruptedException {
        try {
            return write(benchmarkId, token, state, definition, job, atMillis, entry);
        } catch (StorageException e) {
            if (e.isOutcomeUnknown()) {
                takeBack(token);
            }
            throw e;
        } catch (InterruptedException e) {
            takeBack(token);
            throw e;
        }
    }

    /** The request was refused: if the group was created after all, it is removed again. */
    private void takeBack(String token) {
        writer.record(handle -> handle.createUpdate("DELETE FROM client_group WHERE token = :token AND archived = 0")
                .bind("token", token)
                .execute());
    }

    private Optional<Long> write(
            long benchmarkId,
            String token,
            String state,
            String definition,
            String job,
            long atMillis,
            JournalEntry entry)
            throws StorageException, InterruptedException {
        return writer.write(handle -> {
            boolean taken =
                    handle.createQuery("SELECT COUNT(*) FROM client_group WHERE benchmark_id = :id AND archived = 0")
                                    .bind("id", benchmarkId)
                                    .mapTo(Integer.class)
                                    .one()
                            > 0;
            if (taken) {
                return Optional.empty();
            }
            long key = handle.createUpdate("""
                            INSERT INTO client_group (benchmark_id, token, state, definition, job, created_at)
                            VALUES (:id, :token, :state, :definition, :job, :at)
                            """)
                    .bind("id", benchmarkId)
                    .bind("token", token)
                    .bind("state", state)
                    .bind("definition", definition)
                    .bind("job", job)
                    .bind("at", atMillis)
                    .executeAndReturnGeneratedKeys("group_key")
                    .mapTo(Long.class)
                    .one();
            JournalStore.insert(handle, entry);
            return Optional.of(key);
        });
    }

    /** A group's state and job, with the reason in the journal. */
    public CompletableFuture<Void> update(long key, String state, String job, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("UPDATE client_group SET state = :state, job = :job WHERE group_key = :key")
                    .bind("state", state)
                    .bind("job", job)
                    .bind("key", key)
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    /** The group's id may be used again; its runs stay. */
    public CompletableFuture<Void> archive(long key, String state, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("UPDATE client_group SET state = :state, archived = 1 WHERE group_key = :key")
                    .bind("state", state)
                    .bind("key", key)
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    /**
     * Removes a group whose job was refused, or was given up, and one that a previous process had not submitted when it
     * was killed; clients of a job that ran nevertheless may have registered.
     */
    public CompletableFuture<Void> remove(long key, JournalEntry entry) {
        return writer.record(handle -> {
            for (String table : List.of("command", "client", "client_group")) {
                handle.createUpdate("DELETE FROM " + table + " WHERE group_key = :key")
                        .bind("key", key)
                        .execute();
            }
            JournalStore.insert(handle, entry);
        });
    }

    /**
     * A group whose row cannot be read makes room for another with its id; what the row holds stays, and its runs are
     * over.
     */
    public CompletableFuture<Void> setAside(long key, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("UPDATE client_group SET archived = 2 WHERE group_key = :key")
                    .bind("key", key)
                    .execute();
            handle.createUpdate("""
                            UPDATE run SET state = 'FAILED'
                            WHERE group_key = :key AND state IN ('QUEUED', 'ARMING', 'RUNNING', 'DRAINING')
                            """).bind("key", key).execute();
            JournalStore.insert(handle, entry);
        });
    }

    /** The groups that were not deleted. */
    public List<GroupRow> current() throws StorageException {
        return database.read(handle ->
                handle.createQuery("""
                        SELECT group_key, benchmark_id, token, state, definition, job, created_at
                        FROM client_group WHERE archived = 0 ORDER BY group_key
                        """).map((row, context) -> GroupRow.of(row)).list());
    }

    /**
     * Groups that were deleted, the newest first.
     *
     * @param benchmarkId only those of that id; null for all
     */
    public List<GroupRow> deleted(@Nullable Long benchmarkId, int limit) throws StorageException {
        return database.read(handle -> handle.createQuery("""
                        SELECT group_key, benchmark_id, token, state, definition, job, created_at
                        FROM client_group
                        WHERE archived = 1 AND (CAST(:id AS BIGINT) IS NULL OR benchmark_id = :id)
                        ORDER BY group_key DESC LIMIT :limit
                        """)
                .bind("id", benchmarkId)
                .bind("limit", limit)
                .map((row, context) -> GroupRow.of(row))
                .list());
    }

    /** The highest id that was ever used, 0 when none was. */
    public long highestBenchmarkId() throws StorageException {
        return database.read(handle -> handle.createQuery("SELECT COALESCE(MAX(benchmark_id), 0) FROM client_group")
                .mapTo(Long.class)
                .one());
    }
}
