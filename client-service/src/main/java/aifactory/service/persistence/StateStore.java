package aifactory.service.persistence;

import aifactory.service.JournalEntry;
import java.util.concurrent.CompletableFuture;

/**
 * The rows of the service's state, by kind. What is JSON to the database is made and read by those who own it.
 *
 * <p>Thread-safe.
 */
public final class StateStore {
    private final StateWriter writer;
    private final GroupStore groups;
    private final ClientStore clients;
    private final RunStore runs;
    private final BatchStore batches;

    public StateStore(Database database, StateWriter writer) {
        this.writer = writer;
        this.groups = new GroupStore(database, writer);
        this.clients = new ClientStore(database, writer);
        this.runs = new RunStore(database, writer);
        this.batches = new BatchStore(database, writer);
    }

    public GroupStore groups() {
        return groups;
    }

    /** The clients of groups, and the commands to them. */
    public ClientStore clients() {
        return clients;
    }

    public RunStore runs() {
        return runs;
    }

    public BatchStore batches() {
        return batches;
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
                            + "; it will be stored when the database recovers:"
                            + " check the group before you repeat the request",
                    e);
        }
    }
}
