package aifactory.service.persistence;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** A database whose commits fail on request, before or after they took place, or take as long as the test wants. */
public final class FaultyDatabase implements Database {
    private final Database database;
    private @Nullable Handle faulty;
    private volatile Fault next = Fault.NONE;
    private volatile @Nullable CountDownLatch gate;
    private volatile boolean away;
    private final AtomicLong commits = new AtomicLong();

    /** What becomes of a commit. */
    public enum Fault {
        NONE,
        BEFORE_COMMIT,
        AFTER_COMMIT,
        /** It has taken place, and the database does not answer any more. */
        AWAY_AFTER_COMMIT
    }

    public FaultyDatabase(Database database) {
        this.database = database;
    }

    public void failNext(Fault fault) {
        next = fault;
    }

    /** Nothing is written until the latch opens. */
    public void holdUntil(CountDownLatch latch) {
        gate = latch;
    }

    /** How many transactions took place. */
    long commits() {
        return commits.get();
    }

    /** Whether it does not answer, since {@link Fault#AWAY_AFTER_COMMIT}. */
    boolean isAway() {
        return away;
    }

    @Override
    public Handle writing() throws StorageException {
        if (away) {
            throw new StorageException("the database does not answer");
        }
        CountDownLatch closed = gate;
        if (closed != null) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Handle known = faulty;
        if (known == null) {
            known = Jdbi.open(faulty(database.writing().getConnection()));
            faulty = known;
        }
        return known;
    }

    private Connection faulty(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                FaultyDatabase.class.getClassLoader(), new Class<?>[] {Connection.class}, (_, method, arguments) -> {
                    Fault fault = method.getName().equals("commit") ? next : Fault.NONE;
                    if (fault != Fault.NONE) {
                        next = Fault.NONE;
                    }
                    if (fault == Fault.BEFORE_COMMIT) {
                        throw new SQLException("disk I/O error", "HY000", 10);
                    }
                    try {
                        Object value = method.invoke(connection, arguments);
                        if (method.getName().equals("commit")) {
                            commits.incrementAndGet();
                        }
                        if (fault == Fault.AWAY_AFTER_COMMIT) {
                            away = true;
                        }
                        if (fault == Fault.AFTER_COMMIT || fault == Fault.AWAY_AFTER_COMMIT) {
                            throw new SQLException("disk I/O error", "HY000", 10);
                        }
                        return value;
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                });
    }

    @Override
    public boolean isPassing(SQLException failure) {
        return database.isPassing(failure);
    }

    @Override
    public String remedy() {
        return database.remedy();
    }

    @Override
    public <T, X extends Exception> T read(HandleCallback<T, X> work) throws X, StorageException {
        return database.read(work);
    }

    @Override
    public void close() {
        database.close();
    }
}
