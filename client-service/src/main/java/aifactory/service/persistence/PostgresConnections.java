package aifactory.service.persistence;

import aifactory.service.PostgresAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionFactory;

/** A bounded number of connections for reading; one that the server has closed is reopened. Thread-safe. */
final class PostgresConnections implements ConnectionFactory, AutoCloseable {
    private static final int MOST = 4;
    private static final int WAIT_SECONDS = 30;
    private static final int VALID_SECONDS = 5;

    private final PostgresAddress address;
    private final Semaphore permits = new Semaphore(MOST, true);
    private final BlockingQueue<Connection> idle = new LinkedBlockingQueue<>(MOST);

    PostgresConnections(PostgresAddress address) {
        this.address = address;
    }

    @Override
    public Connection openConnection() throws SQLException {
        try {
            if (!permits.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new SQLException("no connection became free within " + WAIT_SECONDS
                        + " s: too many long reads at the same time; try again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for a connection", e);
        }
        try {
            Connection known = idle.poll();
            if (known != null && known.isValid(VALID_SECONDS)) {
                return known;
            }
            if (known != null) {
                known.close();
            }
            Connection made = DriverManager.getConnection(address.url(), address.properties());
            made.setReadOnly(true);
            return made;
        } catch (SQLException e) {
            permits.release();
            throw e;
        }
    }

    @Override
    public void closeConnection(Connection connection) throws SQLException {
        try {
            if (!connection.getAutoCommit()) {
                connection.setAutoCommit(true);
            }
            if (!idle.offer(connection)) {
                connection.close();
            }
        } finally {
            permits.release();
        }
    }

    @Override
    public void close() {
        for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It was only for reading: nothing is lost.
            }
        }
    }
}
