package aifactory.service.persistence;

import aifactory.service.PostgresAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jspecify.annotations.Nullable;

/**
 * The database of the service: one connection that writes, a few that read. Commits are durable. Thread-safe, except
 * {@link #writing()}, which belongs to the writer.
 */
public interface Database extends AutoCloseable {
    /**
     * Opens the database, making it or bringing it to the newest form.
     *
     * @param directory exists, and is this machine's own
     * @param postgres where PostgreSQL is to be used; null for SQLite in the directory
     * @throws StorageException names what is wrong and the remedy
     */
    static Database open(Path directory, @Nullable PostgresAddress postgres) throws StorageException {
        return postgres == null ? SqliteDatabase.open(directory) : PostgresDatabase.open(postgres);
    }

    /**
     * The one connection that writes, reopened after a loss. Used only by the writer's thread.
     *
     * @throws StorageException it is temporarily unavailable
     */
    Handle writing() throws StorageException;

    /** Whether the failure is a temporary one of the machine or the network; otherwise the statement is at fault. */
    boolean isPassing(SQLException failure);

    /** What to do while it cannot write, as the end of a sentence. */
    String remedy();

    /** Reads with one of the reading connections, waiting for one to be free. */
    <T, X extends Exception> T read(HandleCallback<T, X> work) throws X, StorageException;

    /** Closes every connection. The writer must have stopped. */
    @Override
    void close();

    /** The innermost failure's first line. */
    static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return message.lines().findFirst().orElse("").strip();
    }
}
