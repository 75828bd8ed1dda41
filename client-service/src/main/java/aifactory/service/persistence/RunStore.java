package aifactory.service.persistence;

import aifactory.service.JournalEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The rows of runs and of the clients' parts of them. Methods that write return when it is durable, unless they return
 * a future. Thread-safe.
 */
public final class RunStore {
    private final Database database;
    private final StateWriter writer;

    RunStore(Database database, StateWriter writer) {
        this.database = database;
        this.writer = writer;
    }

    /** A run as stored. */
    public record RunRow(
            String runId, long groupKey, long benchmarkId, String state, String plan, String progress, long createdAt) {
        private static RunRow of(ResultSet row) throws SQLException {
            return new RunRow(
                    row.getString("run_id"),
                    row.getLong("group_key"),
                    row.getLong("benchmark_id"),
                    row.getString("state"),
                    row.getString("plan"),
                    row.getString("progress"),
                    row.getLong("created_at"));
        }
    }

    /** A client's part of a run as stored. */
    public record PartRow(int clientId, String part) {}

    /**
     * Stores a run that was asked for. It counts once it is acknowledged, by {@link #acknowledge} or {@link #update}:
     * what the database stored without an answer, so that its request was refused, is not restored at the next start.
     */
    public void insert(RunRow run, JournalEntry entry) throws StorageException, InterruptedException {
        try {
            write(run, entry);
        } catch (StorageException e) {
            if (e.isOutcomeUnknown()) {
                takeBack(run.runId());
            }
            throw e;
        } catch (InterruptedException e) {
            takeBack(run.runId());
            throw e;
        }
    }

    /** The request was refused: if the run was created after all, it is removed again. */
    private void takeBack(String runId) {
        writer.record(handle -> handle.createUpdate("DELETE FROM run WHERE run_id = :run AND acknowledged = 0")
                .bind("run", runId)
                .execute());
    }

    private void write(RunRow run, JournalEntry entry) throws StorageException, InterruptedException {
        writer.write(handle -> {
            int rows = handle.createUpdate("""
                            INSERT INTO run (run_id, number, group_key, benchmark_id,
                                state, plan, progress, created_at, acknowledged)
                            VALUES (:run, (SELECT COALESCE(MAX(number), 0) + 1 FROM run), :key, :id,
                                :state, :plan, :progress, :at, 0)
                            """)
                    .bind("run", run.runId())
                    .bind("key", run.groupKey())
                    .bind("id", run.benchmarkId())
                    .bind("state", run.state())
                    .bind("plan", run.plan())
                    .bind("progress", run.progress())
                    .bind("at", run.createdAt())
                    .execute();
            JournalStore.insert(handle, entry);
            return rows;
        });
    }

    /** The request for the run is acknowledged. */
    public CompletableFuture<Void> acknowledge(String runId) {
        return writer.record(handle -> handle.createUpdate("UPDATE run SET acknowledged = 1 WHERE run_id = :run")
                .bind("run", runId)
                .execute());
    }

    /** Runs that were never acknowledged, and so will not take place. */
    public List<RunRow> unacknowledged() throws StorageException {
        return database.read(handle ->
                handle.createQuery("""
                        SELECT run_id, group_key, benchmark_id, state, plan, progress, created_at
                        FROM run WHERE acknowledged = 0 ORDER BY number
                        """).map((row, context) -> RunRow.of(row)).list());
    }

    /** Removes a run that was never acknowledged. */
    public CompletableFuture<Void> removeUnacknowledged(String runId, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("DELETE FROM run WHERE run_id = :run AND acknowledged = 0")
                    .bind("run", runId)
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    public CompletableFuture<Void> update(
            String runId, String state, String plan, String progress, byte @Nullable [] result, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("""
                            UPDATE run SET state = :state, plan = :plan, progress = :progress, acknowledged = 1
                            WHERE run_id = :run
                            """)
                    .bind("state", state)
                    .bind("plan", plan)
                    .bind("progress", progress)
                    .bind("run", runId)
                    .execute();
            if (result != null) {
                handle.createUpdate("UPDATE run SET result = :result WHERE run_id = :run")
                        .bind("result", result)
                        .bind("run", runId)
                        .execute();
            }
            JournalStore.insert(handle, entry);
        });
    }

    /** A run whose row cannot be read is over; what the row holds stays as it is. */
    public CompletableFuture<Void> setAside(String runId, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("UPDATE run SET state = 'FAILED' WHERE run_id = :run")
                    .bind("run", runId)
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    /**
     * The newest first.
     *
     * @param benchmarkId only those of groups with that id; null for all
     */
    public List<RunRow> newest(@Nullable Long benchmarkId, int limit, int offset) throws StorageException {
        return database.read(handle -> handle.createQuery("""
                        SELECT run_id, group_key, benchmark_id, state, plan, progress, created_at
                        FROM run WHERE CAST(:id AS BIGINT) IS NULL OR benchmark_id = :id
                        ORDER BY number DESC LIMIT :limit OFFSET :offset
                        """)
                .bind("id", benchmarkId)
                .bind("limit", limit)
                .bind("offset", offset)
                .map((row, context) -> RunRow.of(row))
                .list());
    }

    public Optional<RunRow> find(String runId) throws StorageException {
        return database.read(handle -> handle.createQuery("""
                        SELECT run_id, group_key, benchmark_id, state, plan, progress, created_at
                        FROM run WHERE run_id = :run
                        """)
                .bind("run", runId)
                .map((row, context) -> RunRow.of(row))
                .findOne());
    }

    /** The newest acknowledged run of a group, if it has had one. */
    public Optional<RunRow> latest(long groupKey) throws StorageException {
        return database.read(handle -> handle.createQuery("""
                        SELECT run_id, group_key, benchmark_id, state, plan, progress, created_at
                        FROM run WHERE group_key = :key AND acknowledged = 1 ORDER BY number DESC LIMIT 1
                        """)
                .bind("key", groupKey)
                .map((row, context) -> RunRow.of(row))
                .findOne());
    }

    /** What was made of a run when it ended. */
    public Optional<byte[]> result(String runId) throws StorageException {
        return database.read(
                handle -> handle.createQuery("SELECT result FROM run WHERE run_id = :run AND result IS NOT NULL")
                        .bind("run", runId)
                        .mapTo(byte[].class)
                        .findOne());
    }

    /** Deletes a run with everything that was measured; whether there was one. */
    public boolean delete(String runId, JournalEntry entry) throws StorageException, InterruptedException {
        return writer.write(handle -> {
            int rows = handle.createUpdate("DELETE FROM run WHERE run_id = :run")
                    .bind("run", runId)
                    .execute();
            JournalStore.insert(handle, entry);
            return rows > 0;
        });
    }

    public CompletableFuture<Void> putPart(String runId, int clientId, String part) {
        return writer.record(handle -> handle.createUpdate("""
                        INSERT INTO run_part (run_id, client_id, part) VALUES (:run, :client, :part)
                        ON CONFLICT (run_id, client_id) DO UPDATE SET part = excluded.part
                        """)
                .bind("run", runId)
                .bind("client", clientId)
                .bind("part", part)
                .execute());
    }

    public List<PartRow> parts(String runId) throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT client_id, part FROM run_part WHERE run_id = :run ORDER BY client_id")
                .bind("run", runId)
                .map((row, context) -> new PartRow(row.getInt(1), row.getString(2)))
                .list());
    }
}
