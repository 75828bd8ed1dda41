package aifactory.service.testing;

import aifactory.service.ServiceThreads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** The threads of the system, for tests that replace some of the methods. */
public interface DelegatingThreads extends ServiceThreads {
    @Override
    default Thread lasting(String name, Runnable task) {
        return SYSTEM.lasting(name, task);
    }

    @Override
    default Thread start(String name, Runnable task) {
        return SYSTEM.start(name, task);
    }

    @Override
    default void sleep(Duration duration) throws InterruptedException {
        SYSTEM.sleep(duration);
    }

    @Override
    default long awaitNanos(Lock lock, Condition condition, long nanos) throws InterruptedException {
        return SYSTEM.awaitNanos(lock, condition, nanos);
    }

    @Override
    default <T> T get(CompletableFuture<T> future, Duration longest)
            throws InterruptedException, ExecutionException, TimeoutException {
        return SYSTEM.get(future, longest);
    }
}
