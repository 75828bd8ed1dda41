package aifactory.service.simulation;

import aifactory.service.persistence.Database;
import aifactory.service.persistence.StorageException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;

/**
 * A real SQLite database on a disk with faults: commits fail before they are durable, or after it without saying so.
 * Reads are never wrong.
 *
 * <p>Making and opening a database costs more than minutes of simulated time, so one serves many simulations, one after
 * another: each gets the content that the database was made with. Belongs to the simulations' thread.
 */
final class SimulatedDisk implements Database {
    /** SQLITE_IOERR, which may pass. */
    private static final int INPUT_OUTPUT_ERROR = 10;

    private final Database real;
    private final Path contentAsMade;
    private final Handle writing;
    private RandomGenerator random = new SplittableRandom(0);
    private double failedCommits;
    private double ambiguousCommits;

    /** @param directory for the database; is made */
    SimulatedDisk(Path directory) throws IOException, StorageException, SQLException {
        Files.createDirectories(directory);
        this.real = Database.open(directory, null);
        this.contentAsMade = directory.resolve("as-made.db");
        this.writing = Jdbi.open(faulty(real.writing().getConnection()));
        execute("backup to " + contentAsMade);
    }

    /** Resets: without faults, with an empty database. */
    void begin(RandomGenerator newRandom) throws StorageException {
        random = newRandom;
        set(0, 0);
        try {
            execute("restore from " + contentAsMade);
        } catch (SQLException e) {
            throw new StorageException("the database cannot be emptied: " + e.getMessage(), e);
        }
    }

    /** The driver's own commands (not SQL), which copy the database page by page. */
    private void execute(String command) throws SQLException, StorageException {
        try (Statement statement = real.writing().getConnection().createStatement()) {
            statement.executeUpdate(command);
        }
    }

    /**
     * @param failed share of the commits that are not carried out
     * @param ambiguous share of the commits that are carried out and reported as failed
     */
    void set(double failed, double ambiguous) {
        failedCommits = failed;
        ambiguousCommits = ambiguous;
    }

    private Connection faulty(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    try {
                        if (method.getName().equals("commit")) {
                            return commit(connection);
                        }
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Object commit(Connection connection) throws SQLException {
        double drawn = random.nextDouble();
        if (drawn < failedCommits) {
            throw new SQLException("disk I/O error (simulated, not stored)", null, INPUT_OUTPUT_ERROR);
        }
        connection.commit();
        if (drawn < failedCommits + ambiguousCommits) {
            throw new SQLException("disk I/O error (simulated, stored)", null, INPUT_OUTPUT_ERROR);
        }
        return new Object();
    }

    @Override
    public Handle writing() {
        return writing;
    }

    @Override
    public boolean isPassing(SQLException failure) {
        return real.isPassing(failure);
    }

    @Override
    public String remedy() {
        return real.remedy();
    }

    @Override
    public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X, StorageException {
        return real.read(work);
    }

    @Override
    public void close() {
        writing.close();
        real.close();
    }
}
