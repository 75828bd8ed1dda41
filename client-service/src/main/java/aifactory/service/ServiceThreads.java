package aifactory.service;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * How the service starts threads and waits for time to pass. Everything between the HTTP layer and the database waits
 * through this interface, so that a test can run the whole service on one thread in virtual time. Implementations are
 * thread-safe.
 */
public interface ServiceThreads {
    /** The threads and the clock of the Java virtual machine. */
    ServiceThreads SYSTEM = new SystemThreads();

    /**
     * Creates a thread that the service needs for as long as it runs.
     *
     * @return not started
     */
    Thread lasting(String name, Runnable task);

    /** Starts a thread for one task. */
    Thread start(String name, Runnable task);

    /** Waits. */
    void sleep(Duration duration) throws InterruptedException;

    /**
     * Waits for a signal, or until the time has passed; may return early for no reason, as {@link Condition#awaitNanos}
     * may.
     *
     * @param lock the condition's lock, which the caller holds
     * @return the nanoseconds that are left, 0 or negative when the time has passed
     */
    long awaitNanos(Lock lock, Condition condition, long nanos) throws InterruptedException;

    /** The value of the future, as {@link CompletableFuture#get(long, java.util.concurrent.TimeUnit)} returns it. */
    <T> T get(CompletableFuture<T> future, Duration longest)
            throws InterruptedException, ExecutionException, TimeoutException;
}
