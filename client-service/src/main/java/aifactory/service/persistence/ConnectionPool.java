package aifactory.service.persistence;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;

/** A fixed number of connections for reading, handed out in turn. Thread-safe. */
final class ConnectionPool implements ConnectionFactory, AutoCloseable {
    private static final int WAIT_SECONDS = 30;

    private final BlockingQueue<Connection> free;
    private final List<Connection> all = new ArrayList<>();

    ConnectionPool(DataSource source, int size) throws SQLException {
        free = new ArrayBlockingQueue<>(size);
        for (int i = 0; i < size; i++) {
            Connection connection = source.getConnection();
            all.add(connection);
            free.add(connection);
        }
    }

    @Override
    public Connection openConnection() throws SQLException {
        try {
            Connection connection = free.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (connection == null) {
                throw new SQLException("no connection became free within " + WAIT_SECONDS
                        + " s: too many long reads at the same time; try again");
            }
            return connection;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for a connection", e);
        }
    }

    @Override
    public void closeConnection(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.setAutoCommit(true);
        }
        free.add(connection);
    }

    @Override
    public void close() {
        for (Connection connection : all) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It was only for reading: nothing is lost.
            }
        }
    }
}
