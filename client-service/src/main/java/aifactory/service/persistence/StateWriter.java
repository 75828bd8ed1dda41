package aifactory.service.persistence;

import aifactory.service.ServiceThreads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to the database, in the order in which it is asked. What is waiting is written in one transaction and
 * synchronised to the disk once, so that a thousand clients cost a few transactions a second. Thread-safe.
 */
public final class StateWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateWriter.class);
    private static final int MOST_IN_TRANSACTION = 512;
    private static final long ENQUEUE_SECONDS = 10;
    private static final long DURABLE_SECONDS = 30;
    private static final long RETRY_MILLIS = 1_000;

    private final Database database;
    private final ServiceThreads threads;
    private final BlockingQueue<Order<?>> queue;
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean halted;
    private volatile @Nullable String trouble;

    /** Something to write. It may be run again when its transaction failed, and must have no other effect. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Handle handle);
    }

    private static final class Order<T> {
        private final Work<T> work;
        private final boolean untilStored;
        private final CompletableFuture<T> stored = new CompletableFuture<>();
        private @Nullable Runnable completion;

        Order(Work<T> work, boolean untilStored) {
            this.work = work;
            this.untilStored = untilStored;
        }

        void run(Handle handle) {
            T value = work.run(handle);
            completion = () -> stored.complete(value);
        }

        void complete() {
            if (completion != null) {
                completion.run();
            }
        }
    }

    public StateWriter(Database database, int maximumQueued, ServiceThreads threads) {
        this.database = database;
        this.threads = threads;
        this.queue = new ArrayBlockingQueue<>(maximumQueued);
        this.thread = threads.lasting("state-writer", this::run);
        thread.start();
    }

    /**
     * Writes, and waits until it is durable.
     *
     * @throws StorageException nothing was written
     */
    public <T> T write(Work<T> work) throws StorageException, InterruptedException {
        Order<T> order = new Order<>(work, false);
        if (!queue.offer(order, ENQUEUE_SECONDS, TimeUnit.SECONDS)) {
            throw new StorageException("the database is too busy: " + queue.size() + " writes are waiting; try again");
        }
        return await(order.stored);
    }

    /**
     * Writes what has already happened: tried again for as long as the disk is in trouble, in order with everything else. The
     * caller may wait for it, and must before telling anybody.
     */
    public CompletableFuture<Void> record(Consumer<Handle> work) {
        Order<Void> order = new Order<>(
                handle -> {
                    work.accept(handle);
                    return Nothing.value();
                },
                true);
        boolean interrupted = false;
        while (true) {
            try {
                queue.put(order);
                break;
            } catch (InterruptedException e) {
                // A transition must not get lost; whoever interrupts is served afterwards.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return order.stored;
    }

    private static final class Nothing {
        @SuppressWarnings("NullAway") // Void has no other value
        static Void value() {
            return null;
        }
    }

    /** Waits until it is durable. */
    public <T> T await(CompletableFuture<T> stored) throws StorageException, InterruptedException {
        try {
            return threads.get(stored, Duration.ofSeconds(DURABLE_SECONDS));
        } catch (TimeoutException e) {
            throw new StorageException(
                    "the database did not store this within " + DURABLE_SECONDS + " s; is the disk full?", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageException storage) {
                throw new StorageException(String.valueOf(storage.getMessage()), storage);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** What keeps the database from writing, or null. */
    public @Nullable String trouble() {
        return trouble;
    }

    /** What to do about {@link #trouble()}, as the end of a sentence. */
    public String remedy() {
        return database.remedy();
    }

    /** How many writes are waiting. */
    public int queued() {
        return queue.size();
    }

    private void run() {
        List<Order<?>> orders = new ArrayList<>();
        while (!halted && !(closing && queue.isEmpty() && orders.isEmpty())) {
            try {
                if (orders.isEmpty()) {
                    orders.add(queue.take());
                }
                queue.drainTo(orders, Math.max(0, MOST_IN_TRANSACTION - orders.size()));
                orders = store(orders);
                if (!orders.isEmpty()) {
                    if (closing) {
                        LOG.error("{} transitions could not be stored before the end: {}", orders.size(), trouble);
                        return;
                    }
                    threads.sleep(Duration.ofMillis(RETRY_MILLIS));
                }
            } catch (InterruptedException e) {
                // Asked to look whether it should end.
            }
        }
    }

    /** Stores the orders; what is left has to be tried again. */
    private List<Order<?>> store(List<Order<?>> orders) {
        Handle handle;
        try {
            handle = database.writing();
        } catch (StorageException e) {
            return afterTrouble(orders, e);
        }
        try {
            handle.begin();
            List<Order<?>> written = new ArrayList<>();
            for (Order<?> order : orders) {
                if (runAlone(handle, order)) {
                    written.add(order);
                }
            }
            handle.commit();
            trouble = null;
            written.forEach(Order::complete);
            return new ArrayList<>();
        } catch (RuntimeException e) {
            rollback(handle);
            return afterTrouble(orders, e);
        }
    }

    /** Runs an order so that its own failure leaves the others alone. */
    private boolean runAlone(Handle handle, Order<?> order) {
        handle.savepoint("one");
        try {
            order.run(handle);
            handle.releaseSavepoint("one");
            return true;
        } catch (RuntimeException e) {
            if (isPassing(e)) {
                throw e;
            }
            // Which forgets the savepoint too.
            handle.rollbackToSavepoint("one");
            if (order.untilStored) {
                LOG.error("A transition cannot be stored", e);
            }
            order.stored.completeExceptionally(
                    new StorageException("the database refused a write: " + Database.rootMessage(e), e));
            return false;
        }
    }

    private boolean isPassing(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return database.isPassing(sql);
            }
        }
        return false;
    }

    private static void rollback(Handle handle) {
        try {
            handle.rollback();
        } catch (JdbiException e) {
            LOG.debug("The database has rolled back by itself", e);
        }
    }

    private List<Order<?>> afterTrouble(List<Order<?>> orders, Exception failure) {
        String words = Database.rootMessage(failure);
        if (trouble == null) {
            LOG.error("The database cannot write: {}. Trying again until it can", words);
        }
        trouble = words;
        List<Order<?>> again = new ArrayList<>();
        for (Order<?> order : orders) {
            if (order.stored.isDone()) {
                continue;
            }
            if (order.untilStored) {
                again.add(order);
            } else {
                order.stored.completeExceptionally(new StorageException(
                        "the database cannot write: " + words + "; nothing of this was stored, " + database.remedy(),
                        failure));
            }
        }
        return again;
    }

    /** Writes what is waiting, and ends. */
    @Override
    public void close() {
        closing = true;
        wake();
        join();
    }

    /** Ends at once, leaving unwritten what is waiting, as a kill would. */
    public void halt() {
        halted = true;
        wake();
        join();
    }

    /** The thread looks whether it should end when it finds something in the queue; a full queue does as well. */
    private void wake() {
        boolean taken = queue.offer(new Order<>(handle -> 0, false));
        LOG.trace("woken by an order of its own: {}", taken);
    }

    private void join() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
