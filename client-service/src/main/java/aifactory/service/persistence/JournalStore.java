package aifactory.service.persistence;

import aifactory.service.JournalEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The journal: every transition and every critical operation, refused ones too. Rows are only ever added. Thread-safe.
 */
public final class JournalStore {
    private final Database database;
    private final StateWriter writer;

    public JournalStore(Database database, StateWriter writer) {
        this.database = database;
        this.writer = writer;
    }

    /**
     * Which lines are wanted; what is null does not matter.
     *
     * @param before only lines with a lower number: those after a page
     * @param sinceMillis milliseconds since 1970
     * @param untilMillis milliseconds since 1970
     */
    public record Filter(
            @Nullable Long benchmarkId,
            @Nullable String runId,
            @Nullable String subject,
            @Nullable String event,
            @Nullable String actor,
            @Nullable Long sinceMillis,
            @Nullable Long untilMillis,
            @Nullable Long before) {
        public static final Filter NONE = new Filter(null, null, null, null, null, null, null, null);
    }

    /** A line with its number. */
    public record Line(
            long entry,
            long atMillis,
            String subject,
            @Nullable Long benchmarkId,
            @Nullable String runId,
            @Nullable Integer clientId,
            String event,
            @Nullable String cause,
            @Nullable String actor,
            @Nullable String origin) {
        /** The same line with another cause. */
        public Line withCause(@Nullable String newCause) {
            return new Line(entry, atMillis, subject, benchmarkId, runId, clientId, event, newCause, actor, origin);
        }
    }

    public CompletableFuture<Void> add(JournalEntry entry) {
        return writer.record(handle -> insert(handle, entry));
    }

    /**
     * Adds a line that may be dropped while the database is unavailable or busy: never waits. Whether it was accepted.
     */
    public boolean addIfIdle(JournalEntry entry) {
        return writer.recordIfIdle(handle -> insert(handle, entry));
    }

    /**
     * Deletes lines: those before a time, and the oldest beyond a number. Returns when it is durable.
     *
     * @param beforeMillis milliseconds since 1970
     * @param mostLines that are kept
     * @param mostAtOnce so that nothing waits long for the database
     * @return how many were deleted
     */
    public int prune(long beforeMillis, long mostLines, int mostAtOnce) throws StorageException, InterruptedException {
        return writer.write(handle -> {
            // Entries are numbered as they come: what is before one that is past its time is past it too.
            long before = Math.max(
                    handle.createQuery("SELECT COALESCE(MAX(entry) + 1, 0) FROM journal WHERE at < :before")
                            .bind("before", beforeMillis)
                            .mapTo(Long.class)
                            .one(),
                    handle.createQuery("SELECT COALESCE(MAX(entry) + 1, 0) FROM journal")
                                    .mapTo(Long.class)
                                    .one()
                            - mostLines);
            handle.createUpdate("UPDATE journal_pruning SET before_entry = :before WHERE before_entry < :before")
                    .bind("before", before)
                    .execute();
            return handle.createUpdate("""
                            DELETE FROM journal WHERE entry IN
                                (SELECT entry FROM journal WHERE entry < :before ORDER BY entry LIMIT :most)
                            """)
                    .bind("before", before)
                    .bind("most", mostAtOnce)
                    .execute();
        });
    }

    /** The newest first. */
    public List<Line> lines(Filter filter, int limit, int offset) throws StorageException {
        return database.read(handle -> handle.createQuery("""
                        SELECT entry, at, subject, benchmark_id, run_id, client_id, event, cause, actor, origin
                        FROM journal
                        WHERE (CAST(:id AS BIGINT) IS NULL OR benchmark_id = :id)
                            AND (CAST(:run AS TEXT) IS NULL OR run_id = :run)
                            AND (CAST(:subject AS TEXT) IS NULL OR subject = :subject)
                            AND (CAST(:event AS TEXT) IS NULL OR event = :event)
                            AND (CAST(:actor AS TEXT) IS NULL OR actor = :actor)
                            AND (CAST(:since AS BIGINT) IS NULL OR at >= :since)
                            AND (CAST(:until AS BIGINT) IS NULL OR at <= :until)
                            AND (CAST(:before AS BIGINT) IS NULL OR entry < :before)
                        ORDER BY entry DESC LIMIT :limit OFFSET :offset
                        """)
                .bind("id", filter.benchmarkId())
                .bind("run", filter.runId())
                .bind("subject", filter.subject())
                .bind("event", filter.event())
                .bind("actor", filter.actor())
                .bind("since", filter.sinceMillis())
                .bind("until", filter.untilMillis())
                .bind("before", filter.before())
                .bind("limit", limit)
                .bind("offset", offset)
                .map((row, context) -> line(row))
                .list());
    }

    private static Line line(ResultSet row) throws SQLException {
        long benchmarkId = row.getLong(4);
        Long id = row.wasNull() ? null : benchmarkId;
        int clientId = row.getInt(6);
        Integer client = row.wasNull() ? null : clientId;
        return new Line(
                row.getLong(1),
                row.getLong(2),
                row.getString(3),
                id,
                row.getString(5),
                client,
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getString(10));
    }

    static void insert(Handle handle, JournalEntry entry) {
        handle.createUpdate("""
                        INSERT INTO journal (at, subject, benchmark_id, run_id, client_id, event, cause, actor, origin)
                        VALUES (:at, :subject, :id, :run, :client, :event, :cause, :actor, :origin)
                        """)
                .bind("at", entry.atMillis())
                .bind("subject", entry.subject())
                .bind("id", entry.benchmarkId())
                .bind("run", entry.runId())
                .bind("client", entry.clientId())
                .bind("event", entry.event())
                .bind("cause", entry.cause())
                .bind("actor", entry.actor())
                .bind("origin", entry.origin())
                .execute();
    }
}
