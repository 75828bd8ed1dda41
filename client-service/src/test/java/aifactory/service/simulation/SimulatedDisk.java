package aifactory.service.simulation;

import aifactory.service.persistence.Database;
import aifactory.service.persistence.StorageException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;

/**
 * A real SQLite database on a disk with faults: commits fail before they are durable, or after it without saying so. Reads are never
 * wrong. Belongs to the simulation's thread.
 */
final class SimulatedDisk implements Database {
    /** SQLITE_IOERR, which may pass. */
    private static final int INPUT_OUTPUT_ERROR = 10;

    private final Database real;
    private final RandomGenerator random;
    private final Faults faults;
    private final Handle writing;

    /** How the disk behaves; outlives the service. */
    static final class Faults {
        private double failedCommits;
        private double ambiguousCommits;

        /**
         * @param failed share of the commits that are not carried out
         * @param ambiguous share of the commits that are carried out and reported as failed
         */
        void set(double failed, double ambiguous) {
            failedCommits = failed;
            ambiguousCommits = ambiguous;
        }
    }

    SimulatedDisk(Database real, RandomGenerator random, Faults faults) throws StorageException {
        this.real = real;
        this.random = random;
        this.faults = faults;
        this.writing = Jdbi.open(faulty(real.writing().getConnection()));
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
        if (drawn < faults.failedCommits) {
            throw new SQLException("disk I/O error (simulated, not stored)", null, INPUT_OUTPUT_ERROR);
        }
        connection.commit();
        if (drawn < faults.failedCommits + faults.ambiguousCommits) {
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
