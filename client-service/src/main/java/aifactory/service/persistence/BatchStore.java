package aifactory.service.persistence;

import java.util.List;
import java.util.Optional;

/** The rows of the batches of measurements. Thread-safe. */
public final class BatchStore {
    private final Database database;
    private final StateWriter writer;

    BatchStore(Database database, StateWriter writer) {
        this.database = database;
        this.writer = writer;
    }

    /** Where a batch is, without its body. */
    public record BatchRow(int clientId, long sequence) {}

    /**
     * Returns when the batch is durable. An attempt whose answer was lost may have stored one under the same number.
     *
     * @return the body that is stored under the number already and stays; empty where this one is stored now
     */
    public Optional<byte[]> insert(String runId, int clientId, long sequence, long atMillis, byte[] body)
            throws StorageException, InterruptedException {
        return writer.write(handle -> {
            int rows = handle.createUpdate("""
                            INSERT INTO batch (run_id, client_id, sequence, at, body)
                            VALUES (:run, :client, :sequence, :at, :body) ON CONFLICT DO NOTHING
                            """)
                    .bind("run", runId)
                    .bind("client", clientId)
                    .bind("sequence", sequence)
                    .bind("at", atMillis)
                    .bind("body", body)
                    .execute();
            return rows > 0
                    ? Optional.empty()
                    : handle.createQuery("""
                                    SELECT body FROM batch
                                    WHERE run_id = :run AND client_id = :client AND sequence = :sequence
                                    """)
                            .bind("run", runId)
                            .bind("client", clientId)
                            .bind("sequence", sequence)
                            .mapTo(byte[].class)
                            .findOne();
        });
    }

    /** The run's batches, client by client, each client's in order. */
    public List<BatchRow> of(String runId) throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT client_id, sequence FROM batch WHERE run_id = :run ORDER BY client_id, sequence")
                .bind("run", runId)
                .map((row, context) -> new BatchRow(row.getInt(1), row.getLong(2)))
                .list());
    }

    /** The number of the client's last durable batch. */
    public Optional<Long> last(String runId, int clientId) throws StorageException {
        return database.read(handle -> handle.createQuery("""
                        SELECT sequence FROM batch
                        WHERE run_id = :run AND client_id = :client ORDER BY sequence DESC LIMIT 1
                        """)
                .bind("run", runId)
                .bind("client", clientId)
                .mapTo(Long.class)
                .findOne());
    }

    public byte[] body(String runId, int clientId, long sequence) throws StorageException {
        return database.read(handle -> handle.createQuery(
                        "SELECT body FROM batch WHERE run_id = :run AND client_id = :client AND sequence = :sequence")
                .bind("run", runId)
                .bind("client", clientId)
                .bind("sequence", sequence)
                .mapTo(byte[].class)
                .one());
    }
}
