package aifactory.service.persistence;

import aifactory.service.JournalEntry;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The rows of clients and of their commands. What returns a future is durable when that completes. Thread-safe. */
public final class ClientStore {
    private final Database database;
    private final StateWriter writer;

    ClientStore(Database database, StateWriter writer) {
        this.database = database;
        this.writer = writer;
    }

    /** A client as stored. */
    public record ClientRow(int clientId, String registration, boolean lost) {}

    /** A command to a client as stored. */
    public record CommandRow(long sequence, String command) {}

    public CompletableFuture<Void> put(long groupKey, int clientId, String registration, JournalEntry entry) {
        return writer.record(handle -> {
            handle.createUpdate("""
                            INSERT INTO client (group_key, client_id, registration, at)
                            VALUES (:key, :client, :registration, :at)
                            ON CONFLICT (group_key, client_id) DO UPDATE SET registration = excluded.registration
                            """)
                    .bind("key", groupKey)
                    .bind("client", clientId)
                    .bind("registration", registration)
                    .bind("at", entry.atMillis())
                    .execute();
            JournalStore.insert(handle, entry);
        });
    }

    public List<ClientRow> of(long groupKey) throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT client_id, registration, lost FROM client WHERE group_key = :key ORDER BY client_id")
                .bind("key", groupKey)
                .map((row, context) -> new ClientRow(row.getInt(1), row.getString(2), row.getInt(3) != 0))
                .list());
    }

    /** A client was given up, or is back. */
    public CompletableFuture<Void> setLost(long groupKey, int clientId, boolean lost, JournalEntry entry) {
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
        return writer.record(handle -> handle.createUpdate("""
                        INSERT INTO command (group_key, client_id, sequence, command)
                        VALUES (:key, :client, :sequence, :command) ON CONFLICT DO NOTHING
                        """)
                .bind("key", groupKey)
                .bind("client", clientId)
                .bind("sequence", sequence)
                .bind("command", command)
                .execute());
    }

    /** In order. */
    public List<CommandRow> commands(long groupKey, int clientId) throws StorageException {
        return database.read(handle -> handle.createQuery("""
                        SELECT sequence, command FROM command
                        WHERE group_key = :key AND client_id = :client ORDER BY sequence
                        """)
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
        return writer.record(handle -> handle.createUpdate("""
                        DELETE FROM command
                        WHERE group_key = :key AND client_id = :client AND sequence < :before AND sequence <
                            (SELECT MAX(sequence) FROM command WHERE group_key = :key AND client_id = :client)
                        """)
                .bind("key", groupKey)
                .bind("client", clientId)
                .bind("before", beforeSequence)
                .execute());
    }
}
