package aifactory.service.persistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
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

/** SQLite in the data directory: write-ahead logging, every commit synchronised to the disk. */
final class SqliteDatabase implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 10_000;
    /** Checking reads the whole file: a second for some hundred megabytes, and minutes for what is far larger. */
    private static final long LARGEST_CHECKED_BYTES = 1L << 30;
    /** BUSY, NOMEM, READONLY, IOERR, FULL, CANTOPEN: errors of the machine, which may be temporary. */
    private static final Set<Integer> PASSING_TROUBLE = Set.of(5, 7, 8, 10, 13, 14);
    /** Its write-ahead log needs shared memory, which these do not give. */
    private static final Set<String> NETWORK_FILE_SYSTEMS =
            Set.of("nfs", "nfs4", "lustre", "gpfs", "beegfs", "cifs", "smb3", "ceph", "afs", "9p", "fuse.sshfs");

    private final Path file;
    private final Connection writerConnection;
    private final Handle writer;
    private final ConnectionPool readers;
    private final Jdbi reading;

    private SqliteDatabase(Path file, Connection writerConnection, ConnectionPool readers) {
        this.file = file;
        this.writerConnection = writerConnection;
        this.writer = Jdbi.open(writerConnection);
        this.readers = readers;
        this.reading = Jdbi.create(readers);
    }

    static SqliteDatabase open(Path directory) throws StorageException {
        Path file = directory.resolve("service.db");
        try {
            String type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
            if (NETWORK_FILE_SYSTEMS.contains(type)) {
                throw new StorageException(directory + " is on a network file system (" + type
                        + "), on which the database would lose data: choose a directory on this machine with"
                        + " --data-dir");
            }
            if (Files.notExists(file)) {
                make(file);
            }
            checkWhole(file);
            SQLiteDataSource source = source(file);
            migrate(source);
            Connection writing = source.getConnection();
            return new SqliteDatabase(file, writing, new ConnectionPool(source, READERS));
        } catch (IOException | SQLException | FlywayException e) {
            throw new StorageException(SqliteTrouble.atOpening(file, e), e);
        }
    }

    /** Under another name first: a kill at any moment leaves no empty database. */
    private static void make(Path file) throws IOException, StorageException {
        for (String suffix : List.of("-wal", "-shm")) {
            Path companion = file.resolveSibling(file.getFileName() + suffix);
            if (suffix.equals("-wal") && Files.exists(companion) && Files.size(companion) > 0) {
                throw new StorageException(
                        "the database " + file + " is missing, but what was last written to it is in " + companion
                                + ": restore the database from where it was moved, or move that file away to start"
                                + " with an empty database");
            }
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(next.resolveSibling(next.getFileName() + suffix));
        }
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        migrate(source(next));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void checkWhole(Path file) throws IOException, SQLException, StorageException {
        long size = Files.size(file);
        if (size == 0) {
            throw new StorageException("the database " + file
                    + " is empty: it was truncated and its data is lost. Restore it from a copy,"
                    + " or move it away to start with an empty database");
        }
        if (size > LARGEST_CHECKED_BYTES) {
            LOG.info("{} has {} MiB and is not checked completely", file, size >> 20);
            return;
        }
        try (Connection connection = source(file).getConnection();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("PRAGMA quick_check(1)")) {
            String words = answer.next() ? answer.getString(1) : "no answer";
            if (!"ok".equals(words)) {
                throw new StorageException(SqliteTrouble.damaged(file, words));
            }
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
        MigrateResult result = Flyway.configure(SqliteDatabase.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/sqlite")
                .load()
                .migrate();
        if (result.migrationsExecuted > 0) {
            LOG.info("Migrated the database to version {}", result.targetSchemaVersion);
        }
    }

    @Override
    public Handle writing() {
        return writer;
    }

    @Override
    public boolean isPassing(SQLException failure) {
        return PASSING_TROUBLE.contains(failure.getErrorCode() & 0xff);
    }

    @Override
    public String remedy() {
        return "free disk space and try again";
    }

    @Override
    public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X, StorageException {
        try {
            return reading.withHandle(work);
        } catch (JdbiException e) {
            throw new StorageException("the database " + file + " cannot be read: " + Database.rootMessage(e), e);
        }
    }

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
