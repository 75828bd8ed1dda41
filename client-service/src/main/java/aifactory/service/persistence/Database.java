package aifactory.service.persistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The SQLite database of the service: one connection that writes, a few that read. Write-ahead logging, every commit synchronised to
 * the disk. Thread-safe, except {@link #writing()}, which belongs to the writer.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 10_000;
    /** Its write-ahead log needs shared memory, which these do not give. */
    private static final Set<String> NETWORK_FILE_SYSTEMS =
            Set.of("nfs", "nfs4", "lustre", "gpfs", "beegfs", "cifs", "smb3", "ceph", "afs", "9p", "fuse.sshfs");

    private final Path file;
    private final Connection writerConnection;
    private final Handle writer;
    private final ConnectionPool readers;
    private final Jdbi reading;

    private Database(Path file, Connection writerConnection, ConnectionPool readers) {
        this.file = file;
        this.writerConnection = writerConnection;
        this.writer = Jdbi.open(writerConnection);
        this.readers = readers;
        this.reading = Jdbi.create(readers);
    }

    /**
     * Opens the database, making it or bringing it to the newest form.
     *
     * @param directory exists, and is this machine's own
     * @throws StorageException names the file, what is wrong and the remedy
     */
    public static Database open(Path directory) throws StorageException {
        Path file = directory.resolve("service.db");
        try {
            String type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
            if (NETWORK_FILE_SYSTEMS.contains(type)) {
                throw new StorageException(
                        directory + " is on a network file system (" + type
                                + "), on which the database would lose data: choose a directory on this machine with --data-dir");
            }
            if (Files.notExists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            SQLiteDataSource source = source(file);
            migrate(source);
            Connection writing = source.getConnection();
            return new Database(file, writing, new ConnectionPool(source, READERS));
        } catch (IOException | SQLException | FlywayException e) {
            throw new StorageException(
                    "the database " + file + " cannot be opened: " + rootMessage(e)
                            + "; make room or correct the permissions, or, if it is damaged, restore it from a copy or"
                            + " move it away",
                    e);
        }
    }

    private static SQLiteDataSource source(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_MILLIS);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    private static void migrate(SQLiteDataSource source) {
        MigrateResult result = Flyway.configure(Database.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/sqlite")
                .load()
                .migrate();
        if (result.migrationsExecuted > 0) {
            LOG.info("Brought the database to version {}", result.targetSchemaVersion);
        }
    }

    static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return message.lines().findFirst().orElse("").strip();
    }

    /** The one connection that writes. Used by the writer's thread alone. */
    Handle writing() {
        return writer;
    }

    /** Reads with one of the reading connections, waiting for one to be free. */
    public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X, StorageException {
        try {
            return reading.withHandle(work);
        } catch (JdbiException e) {
            throw new StorageException("the database " + file + " cannot be read: " + rootMessage(e), e);
        }
    }

    /** Closes every connection. The writer must have stopped. */
    @Override
    public void close() {
        writer.close();
        try {
            writerConnection.close();
        } catch (SQLException e) {
            LOG.warn("Closing {}: {}", file, e.getMessage());
        }
        readers.close();
    }
}
