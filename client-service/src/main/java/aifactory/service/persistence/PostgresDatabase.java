package aifactory.service.persistence;

import aifactory.service.PostgresAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, 13 and newer. The writing connection holds an advisory lock, so that two services never share a database;
 * it is reopened, with the lock, after an outage of the server.
 */
final class PostgresDatabase implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);
    /** "aifactory" as a number: the same for every service. */
    private static final long LOCK = 0x6169666163746f72L;

    private static final int LOCK_SECONDS = 5;
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int VALID_SECONDS = 5;
    private static final int OLDEST = 13;

    private final PostgresAddress address;
    private final PostgresConnections readers;
    private final Jdbi reading;
    private @Nullable Connection connection;
    private @Nullable Handle writer;

    private PostgresDatabase(PostgresAddress address) {
        this.address = address;
        this.readers = new PostgresConnections(address);
        this.reading = Jdbi.create(readers);
    }

    static PostgresDatabase open(PostgresAddress address) throws StorageException {
        PostgresDatabase database = new PostgresDatabase(address);
        try {
            database.connect();
            database.migrate();
            return database;
        } catch (SQLException | FlywayException e) {
            database.close();
            throw new StorageException(PostgresTrouble.atOpening(address, e), e);
        } catch (StorageException e) {
            database.close();
            throw e;
        }
    }

    private void connect() throws SQLException, StorageException {
        Connection made = DriverManager.getConnection(address.url(), address.properties());
        try {
            int version = made.getMetaData().getDatabaseMajorVersion();
            if (version < OLDEST) {
                throw new StorageException(
                        address + " is PostgreSQL " + version + ", and " + OLDEST + " or newer is needed");
            }
            lock(made);
        } catch (SQLException | StorageException e) {
            made.close();
            throw e;
        }
        connection = made;
        writer = Jdbi.open(made);
    }

    /** Waits a little: the server takes a moment to notice that a service was killed. */
    private void lock(Connection made) throws SQLException, StorageException {
        try (Statement settings = made.createStatement();
                PreparedStatement locking = made.prepareStatement("SELECT pg_advisory_lock(?)")) {
            settings.execute("SET lock_timeout = '" + LOCK_SECONDS + "s'");
            locking.setLong(1, LOCK);
            locking.execute();
            settings.execute("SET lock_timeout = 0");
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw new StorageException(
                        "another Client Service uses the database " + address
                                + ": end it, or give this one a separate database",
                        e);
            }
            throw e;
        }
    }

    private void migrate() {
        String user = address.user();
        MigrateResult result = Flyway.configure(PostgresDatabase.class.getClassLoader())
                .dataSource(address.url(), user == null ? System.getProperty("user.name") : user, address.password())
                .locations("classpath:db/postgres")
                .load()
                .migrate();
        if (result.migrationsExecuted > 0) {
            LOG.info("Migrated the database to version {}", result.targetSchemaVersion);
        }
    }

    @Override
    public Handle writing() throws StorageException {
        try {
            Connection known = connection;
            Handle handle = writer;
            if (known != null && handle != null && known.isValid(VALID_SECONDS)) {
                return handle;
            }
            closeWriter();
            connect();
            LOG.info("Connected to {} again", address);
            Handle fresh = writer;
            if (fresh == null) {
                throw new StorageException("no connection to " + address);
            }
            return fresh;
        } catch (SQLException e) {
            throw new StorageException(PostgresTrouble.atOpening(address, e), e);
        }
    }

    /** Connection, resource, operator and system errors, and the effects of a server restart on a transaction. */
    @Override
    public boolean isPassing(SQLException failure) {
        String state = failure.getSQLState();
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("53")
                        || state.startsWith("57")
                        || state.startsWith("58")
                        || state.startsWith("40")
                        || state.equals("25006"));
    }

    @Override
    public String remedy() {
        return "check that its server runs and has free disk space, and try again";
    }

    @Override
    public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X, StorageException {
        try {
            return reading.withHandle(work);
        } catch (JdbiException e) {
            throw new StorageException("the database " + address + " cannot be read: " + Database.rootMessage(e), e);
        }
    }

    private void closeWriter() {
        Connection known = connection;
        connection = null;
        writer = null;
        if (known != null) {
            try {
                known.close();
            } catch (SQLException e) {
                LOG.debug("Closing {}: {}", address, e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        closeWriter();
        readers.close();
    }
}
