package aifactory.service.persistence;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the service's state. What is JSON to the database is made and read by those who own it.
 *
 * <p>Methods that write return when it is durable, unless they return a future. Thread-safe.
 */
public final class StateStore {
    private final Database database;
    private final StateWriter writer;

    public StateStore(Database database, StateWriter writer) {
        this.database = database;
        this.writer = writer;
    }

    /** One line of the journal: a transition or a critical operation. */
    public record JournalEntry(
            long atMillis,
            String subject,
            @Nullable Long benchmarkId,
            @Nullable String runId,
            @Nullable Integer clientId,
            String event,
            @Nullable String cause,
            @Nullable String actor,
            @Nullable String origin) {}

    /** A group as stored. */
    public record GroupRow(
            long groupKey,
            long benchmarkId,
            String token,
            String state,
            String definition,
            String job,
            long createdAt) {}

    /** A client as stored. */
    public record ClientRow(int clientId, String registration, boolean lost) {}

    /** A command to a client as stored. */
    public record CommandRow(long sequence, String command) {}

    /** A run as stored. */
    public record RunRow(
            String runId,
            long groupKey,
            long benchmarkId,
            String state,
            String plan,
            String progress,
            long createdAt) {}

    /** A client's part of a run as stored. */
    public record PartRow(int clientId, String part) {}

    /** Where a batch is, without its body. */
    public record BatchRow(int clientId, long sequence) {}

    // Groups.

    /**
     * Makes a group; empty when the id is taken. A row in its first state is not acknowledged: see
     * {@link #removeGroup}.
     */
    public Optional<Long> insertGroup(
            long benchmarkId,
            String token,
            String state,
            String definition,
            String job,
            long atMillis,
            JournalEntry entry)
            throws StorageException, InterruptedException {
        try {
            return writeGroup(benchmarkId, token, state, definition, job, atMillis, entry);
        } catch (StorageException e) {
            if (e.isOutcomeUnknown()) {
                takeBackGroup(token);
            }
            throw e;
        } catch (InterruptedException e) {
            takeBackGroup(token);
            throw e;
        }
    }

    /** The request was refused: if the group was created after all, it is removed again. */
    private void takeBackGroup(String token) {
        writer.record(handle -> handle.createUpdate("DELETE FROM client_group WHERE token = :token AND archived = 0")
                .bind("token", token)
                .execute());
    }

    private Optional<Long> writeGroup(
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
            long key = handle.createUpdate(
                            "INSERT INTO client_group (benchmark_id, token, state, definition, job, created_at)"
                                    + " VALUES (:id, :token, :state, :definition, :job, :at)")
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
    public CompletableFuture<Void> updateGroup(long key, String state, String job, JournalEntry entry) {
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
    public CompletableFuture<Void> archiveGroup(long key, String state, JournalEntry entry) {
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
    public CompletableFuture<Void> removeGroup(long key, JournalEntry entry) {
        return writer.record(handle -> {
            for (String table : List.of("command", "client")) {
                handle.createUpdate("DELETE FROM " + table + " WHERE group_key = :key")
                        .bind("key", key)
                        .execute();
            }
            handle.createUpdate("DELETE FROM client_group WHERE group_key = :key")
                    .bind("key", key)
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    /** The groups that were not deleted. */
    public List<GroupRow> groups() throws StorageException {
        return database.read(
                handle -> handle.createQuery("SELECT group_key, benchmark_id, token, state, definition, job,"
                                + " created_at FROM client_group WHERE archived = 0 ORDER BY group_key")
                        .map((row, context) -> new GroupRow(
                                row.getLong(1),
                                row.getLong(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getString(6),
                                row.getLong(7)))
                        .list());
    }

    /**
     * Groups that were deleted, the newest first.
     *
     * @param benchmarkId only those of that id; null for all
     */
    public List<GroupRow> deletedGroups(@Nullable Long benchmarkId, int limit) throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT group_key, benchmark_id, token, state, definition, job, created_at FROM client_group"
                                + " WHERE archived = 1 AND (CAST(:id AS BIGINT) IS NULL OR benchmark_id = :id) ORDER BY"
                                + " group_key DESC LIMIT :limit")
                .bind("id", benchmarkId)
                .bind("limit", limit)
                .map((row, context) -> new GroupRow(
                        row.getLong(1),
                        row.getLong(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getLong(7)))
                .list());
    }

    /** The highest id that was ever used, 0 when none was. */
    public long highestBenchmarkId() throws StorageException {
        return database.read(handle -> handle.createQuery("SELECT COALESCE(MAX(benchmark_id), 0) FROM client_group")
                .mapTo(Long.class)
                .one());
    }

    // Clients and their commands.

    public CompletableFuture<Void> putClient(long groupKey, int clientId, String registration, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("INSERT INTO client (group_key, client_id, registration, at)"
                            + " VALUES (:key, :client, :registration, :at)"
                            + " ON CONFLICT (group_key, client_id) DO UPDATE SET registration = excluded.registration")
                    .bind("key", groupKey)
                    .bind("client", clientId)
                    .bind("registration", registration)
                    .bind("at", entry.atMillis())
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    public List<ClientRow> clients(long groupKey) throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT client_id, registration, lost FROM client WHERE group_key = :key ORDER BY client_id")
                .bind("key", groupKey)
                .map((row, context) -> new ClientRow(row.getInt(1), row.getString(2), row.getInt(3) != 0))
                .list());
    }

    /** A client was given up, or is back. */
    public CompletableFuture<Void> setClientLost(long groupKey, int clientId, boolean lost, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("UPDATE client SET lost = :lost WHERE group_key = :key AND client_id = :client")
                    .bind("lost", lost ? 1 : 0)
                    .bind("key", groupKey)
                    .bind("client", clientId)
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    public CompletableFuture<Void> addCommand(long groupKey, int clientId, long sequence, String command) {
        return writer.record(
                handle -> handle.createUpdate("INSERT INTO command (group_key, client_id, sequence, command)"
                                + " VALUES (:key, :client, :sequence, :command) ON CONFLICT DO NOTHING")
                        .bind("key", groupKey)
                        .bind("client", clientId)
                        .bind("sequence", sequence)
                        .bind("command", command)
                        .execute());
    }

    /** In order. */
    public List<CommandRow> commands(long groupKey, int clientId) throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT sequence, command FROM command WHERE group_key = :key AND client_id ="
                                + " :client ORDER BY sequence")
                .bind("key", groupKey)
                .bind("client", clientId)
                .map((row, context) -> new CommandRow(row.getLong(1), row.getString(2)))
                .list());
    }

    /** Commands to clients of deleted groups: they are no longer requested. */
    public void pruneCommandsOfDeletedGroups() throws StorageException, InterruptedException {
        writer.write(handle -> handle.execute(
                "DELETE FROM command WHERE group_key IN (SELECT group_key FROM client_group WHERE archived = 1)"));
    }

    /** Commands that were carried out. The last one stays, since the next one is numbered after it. */
    public CompletableFuture<Void> pruneCommands(long groupKey, int clientId, long beforeSequence) {
        return writer.record(
                handle -> handle.createUpdate("DELETE FROM command WHERE group_key = :key AND client_id = :client"
                                + " AND sequence < :before AND sequence < (SELECT MAX(sequence) FROM command WHERE"
                                + " group_key = :key AND client_id = :client)")
                        .bind("key", groupKey)
                        .bind("client", clientId)
                        .bind("before", beforeSequence)
                        .execute());
    }

    // Runs.

    /**
     * Stores a run that was asked for. It counts once it is acknowledged, by {@link #acknowledgeRun} or
     * {@link #updateRun}: what the database stored without an answer, so that its request was refused, is not restored
     * at the next start.
     */
    public void insertRun(RunRow run, JournalEntry entry) throws StorageException, InterruptedException {
        try {
            writeRun(run, entry);
        } catch (StorageException e) {
            if (e.isOutcomeUnknown()) {
                takeBackRun(run.runId());
            }
            throw e;
        } catch (InterruptedException e) {
            takeBackRun(run.runId());
            throw e;
        }
    }

    /** The request was refused: if the run was created after all, it is removed again. */
    private void takeBackRun(String runId) {
        writer.record(handle -> handle.createUpdate("DELETE FROM run WHERE run_id = :run AND acknowledged = 0")
                .bind("run", runId)
                .execute());
    }

    /** The request for the run is acknowledged. */
    public CompletableFuture<Void> acknowledgeRun(String runId) {
        return writer.record(handle -> handle.createUpdate("UPDATE run SET acknowledged = 1 WHERE run_id = :run")
                .bind("run", runId)
                .execute());
    }

    /** Runs that were never acknowledged, and so will not take place. */
    public List<RunRow> unacknowledgedRuns() throws StorageException {
        return database.read(
                handle -> handle.createQuery("SELECT run_id, group_key, benchmark_id, state, plan, progress,"
                                + " created_at FROM run WHERE acknowledged = 0 ORDER BY number")
                        .map((row, context) -> runRow(row))
                        .list());
    }

    /** Removes a run that was never acknowledged. */
    public CompletableFuture<Void> removeUnacknowledgedRun(String runId, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("DELETE FROM run WHERE run_id = :run AND acknowledged = 0")
                    .bind("run", runId)
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    private void writeRun(RunRow run, JournalEntry entry) throws StorageException, InterruptedException {
        writer.write(handle -> {
            int rows = handle.createUpdate(
                            "INSERT INTO run (run_id, number, group_key, benchmark_id, state, plan, progress,"
                                    + " created_at, acknowledged) VALUES (:run, (SELECT COALESCE(MAX(number), 0) + 1 FROM"
                                    + " run), :key, :id, :state, :plan, :progress, :at, 0)")
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

    public CompletableFuture<Void> updateRun(
            String runId, String state, String plan, String progress, byte @Nullable [] result, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("UPDATE run SET state = :state, plan = :plan, progress = :progress, acknowledged = 1"
                            + " WHERE run_id = :run")
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
    public CompletableFuture<Void> setRunAside(String runId, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("UPDATE run SET state = 'FAILED' WHERE run_id = :run")
                    .bind("run", runId)
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    /**
     * A group whose row cannot be read makes room for another with its id; what the row holds stays, and its runs are
     * over.
     */
    public CompletableFuture<Void> setGroupAside(long key, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("UPDATE client_group SET archived = 2 WHERE group_key = :key")
                    .bind("key", key)
                    .execute();
            handle.createUpdate("UPDATE run SET state = 'FAILED' WHERE group_key = :key AND state IN"
                            + " ('QUEUED', 'ARMING', 'RUNNING', 'DRAINING')")
                    .bind("key", key)
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    /** The newest first. */
    public List<RunRow> runs(@Nullable Long benchmarkId, int limit, int offset) throws StorageException {
        return database.read(
                handle -> handle.createQuery("SELECT run_id, group_key, benchmark_id, state, plan, progress,"
                                + " created_at FROM run WHERE CAST(:id AS BIGINT) IS NULL OR benchmark_id = :id ORDER BY number"
                                + " DESC LIMIT :limit OFFSET :offset")
                        .bind("id", benchmarkId)
                        .bind("limit", limit)
                        .bind("offset", offset)
                        .map((row, context) -> runRow(row))
                        .list());
    }

    public Optional<RunRow> run(String runId) throws StorageException {
        return database.read(
                handle -> handle.createQuery("SELECT run_id, group_key, benchmark_id, state, plan, progress,"
                                + " created_at FROM run WHERE run_id = :run")
                        .bind("run", runId)
                        .map((row, context) -> runRow(row))
                        .findOne());
    }

    /** The newest acknowledged run of a group, if it has had one. */
    public Optional<RunRow> latestRun(long groupKey) throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT run_id, group_key, benchmark_id, state, plan, progress, created_at FROM run WHERE"
                                + " group_key = :key AND acknowledged = 1 ORDER BY number DESC LIMIT 1")
                .bind("key", groupKey)
                .map((row, context) -> runRow(row))
                .findOne());
    }

    private static RunRow runRow(ResultSet row) throws SQLException {
        return new RunRow(
                row.getString(1),
                row.getLong(2),
                row.getLong(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getLong(7));
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
    public boolean deleteRun(String runId, JournalEntry entry) throws StorageException, InterruptedException {
        return writer.write(handle -> {
            int rows = handle.createUpdate("DELETE FROM run WHERE run_id = :run")
                    .bind("run", runId)
                    .execute();
            JournalStore.insert(handle, entry);
            return rows > 0;
        });
    }

    public CompletableFuture<Void> putPart(String runId, int clientId, String part) {
        return writer.record(handle -> handle.createUpdate(
                        "INSERT INTO run_part (run_id, client_id, part) VALUES (:run, :client, :part)"
                                + " ON CONFLICT (run_id, client_id) DO UPDATE SET part = excluded.part")
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

    // Batches.

    /**
     * Returns when the batch is durable. An attempt whose answer was lost may have stored one under the same number.
     *
     * @return the body that is stored under the number already and stays; empty where this one is stored now
     */
    public Optional<byte[]> insertBatch(String runId, int clientId, long sequence, long atMillis, byte[] body)
            throws StorageException, InterruptedException {
        return writer.write(handle -> {
            int rows = handle.createUpdate("INSERT INTO batch (run_id, client_id, sequence, at, body)"
                            + " VALUES (:run, :client, :sequence, :at, :body) ON CONFLICT DO NOTHING")
                    .bind("run", runId)
                    .bind("client", clientId)
                    .bind("sequence", sequence)
                    .bind("at", atMillis)
                    .bind("body", body)
                    .execute();
            return rows > 0
                    ? Optional.empty()
                    : handle.createQuery("SELECT body FROM batch WHERE run_id = :run AND client_id = :client"
                                    + " AND sequence = :sequence")
                            .bind("run", runId)
                            .bind("client", clientId)
                            .bind("sequence", sequence)
                            .mapTo(byte[].class)
                            .findOne();
        });
    }

    /** The run's batches, client by client, each client's in order. */
    public List<BatchRow> batches(String runId) throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT client_id, sequence FROM batch WHERE run_id = :run ORDER BY client_id, sequence")
                .bind("run", runId)
                .map((row, context) -> new BatchRow(row.getInt(1), row.getLong(2)))
                .list());
    }

    /** The number of the client's last durable batch. */
    public Optional<Long> lastBatch(String runId, int clientId) throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT sequence FROM batch WHERE run_id = :run AND client_id = :client ORDER BY sequence DESC"
                                + " LIMIT 1")
                .bind("run", runId)
                .bind("client", clientId)
                .mapTo(Long.class)
                .findOne());
    }

    public byte[] batchBody(String runId, int clientId, long sequence) throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT body FROM batch WHERE run_id = :run AND client_id = :client AND sequence = :sequence")
                .bind("run", runId)
                .bind("client", clientId)
                .bind("sequence", sequence)
                .mapTo(byte[].class)
                .one());
    }

    /** Adds a line to the journal. */
    public CompletableFuture<Void> journal(JournalEntry entry) {
        return writer.record(handle -> JournalStore.insert(handle, entry));
    }

    /** Waits until it is durable. */
    public <T> T await(CompletableFuture<T> stored) throws StorageException, InterruptedException {
        return writer.await(stored);
    }

    /**
     * Returns when everything that was written before is durable.
     *
     * @throws StorageException it is not durable yet; the change is effective nevertheless, and is stored as soon as
     *      the database can
     */
    public void flush() throws StorageException, InterruptedException {
        try {
            writer.write(handle -> true);
        } catch (StorageException e) {
            String trouble = writer.trouble();
            throw new StorageException(
                    "this was executed, but is not durable yet: the database "
                            + (trouble == null ? "is too slow" : "cannot write (" + trouble + ")")
                            + "; it will be stored when the database recovers: check the group before you repeat the request",
                    e);
        }
    }
}
