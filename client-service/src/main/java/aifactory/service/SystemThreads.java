package aifactory.service;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Threads of the Java virtual machine, real time. Stateless. */
final class SystemThreads implements ServiceThreads {
    @Override
    public Thread lasting(String name, Runnable task) {
        return Thread.ofPlatform().daemon().name(name).unstarted(task);
    }

    @Override
    public Thread start(String name, Runnable task) {
        return Thread.ofVirtual().name(name).start(task);
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // The caller loops.
    public long awaitNanos(Lock lock, Condition condition, long nanos) throws InterruptedException {
        return condition.awaitNanos(nanos);
    }

    @Override
    public <T> T get(CompletableFuture<T> future, Duration longest)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(longest.toNanos(), TimeUnit.NANOSECONDS);
    }
}
