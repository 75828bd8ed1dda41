package aifactory.service.persistence;

import aifactory.measurement.MonotonicClock;
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
 * The one thread that writes to the database, in the order in which it is asked. What is waiting is written in one
 * transaction and synchronised to the disk once, so that a thousand clients cost a few transactions a second.
 *
 * <p>Every transaction counts itself in the database. When the answer to a commit is lost, the count says whether it
 * took place: nothing is written twice, and nothing that was written is taken for lost. Thread-safe.
 */
public final class StateWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateWriter.class);
    private static final int MOST_IN_TRANSACTION = 512;
    private static final long RETRY_MILLIS = 1_000;
    /** From the end of a transaction to the next one, while several writers are active: they share its costs. */
    private static final Duration GATHERING = Duration.ofMillis(20);

    /** A transaction takes milliseconds, and a second on a busy disk. */
    private static final Duration SLOW = Duration.ofSeconds(2);
    /** Longer than every bound on a response of the database, and than any caller waits for it. */
    private static final Duration STUCK = Duration.ofSeconds(150);

    private final Database database;
    private final ServiceThreads threads;
    private final MonotonicClock clock;
    private final Patience patience;
    private final BlockingQueue<WriteOrder<?>> queue;
    private final int capacity;
    private final Thread thread;
    /** Taken out of the queue. Of the writer's thread, as what follows. */
    private final List<WriteOrder<?>> inHand = new ArrayList<>();

    private @Nullable Unresolved unresolved;
    /** As counted in the database; negative as long as it was not read. */
    private long transactions = -1;

    /** Since when it is at the same transaction. */
    private volatile long turnSinceNanos;

    /** How many orders the last transaction had, and when it ended. Of the writer's thread. */
    private int lastSize;

    private long lastEndNanos;

    private volatile boolean busy;
    private volatile boolean closing;
    private volatile boolean halted;
    private volatile boolean ended;
    private volatile @Nullable String trouble;

    /** Something to write. It may be run again when its transaction failed, and must have no other effect. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Handle handle);
    }

    /**
     * How long is waited for what, in milliseconds.
     *
     * @param enqueue for a place in the queue
     * @param durable until it is committed; it is given up then, unless it is just being committed
     * @param resolution until it is known whether a commit took place
     */
    public record Patience(long enqueue, long durable, long resolution) {
        public static final Patience DEFAULT = new Patience(10_000, 30_000, 90_000);
    }

    /** A transaction whose commit was not answered. */
    private record Unresolved(List<WriteOrder<?>> orders, long number, RuntimeException failure) {}

    /** A writer that waits as long as is usual. */
    public StateWriter(Database database, int maximumQueued, ServiceThreads threads, MonotonicClock clock) {
        this(database, maximumQueued, threads, clock, Patience.DEFAULT);
    }

    StateWriter(Database database, int maximumQueued, ServiceThreads threads, MonotonicClock clock, Patience patience) {
        this.threads = threads;
        this.clock = clock;
        this.database = database;
        this.patience = patience;
        this.capacity = maximumQueued;
        this.queue = new ArrayBlockingQueue<>(maximumQueued);
        this.thread = threads.lasting("state-writer", this::runUntilEnd);
        thread.start();
    }

    /**
     * Writes, and waits until it is durable. What is given up because it takes too long is not executed later.
     *
     * @throws StorageException nothing was written, unless it
     *      {@linkplain StorageException#isOutcomeUnknown says otherwise}
     */
    public <T> T write(Work<T> work) throws StorageException, InterruptedException {
        WriteOrder<T> order = new WriteOrder<>(work, false);
        if (!queue.offer(order, patience.enqueue(), TimeUnit.MILLISECONDS)) {
            throw new StorageException("the database is too busy: " + queue.size() + " writes are waiting; try again");
        }
        failIfDead(order);
        try {
            return get(order.stored(), patience.durable());
        } catch (TimeoutException e) {
            if (order.giveUp()) {
                throw new StorageException(
                        "the database did not store this within " + patience.durable() / 1_000
                                + " s; it was abandoned and nothing was stored: is the disk full, or too slow?",
                        e);
            }
            return resolved(order);
        } catch (InterruptedException e) {
            order.giveUp();
            throw e;
        }
    }

    /** It is just being committed: that cannot be taken back, and ends one way or the other. */
    private <T> T resolved(WriteOrder<T> order) throws StorageException, InterruptedException {
        try {
            return get(order.stored(), patience.resolution());
        } catch (TimeoutException e) {
            throw StorageException.outcomeUnknown(
                    "the database did not confirm this write; check the state before it is tried" + " again", e);
        }
    }

    /**
     * Writes a change that has already happened: retried for as long as the disk fails, in order with all other writes.
     * The caller may wait for it, and must do so before it publishes the change.
     */
    public CompletableFuture<Void> record(Consumer<Handle> work) {
        WriteOrder<Void> order = recording(work);
        boolean interrupted = false;
        boolean taken = queue.offer(order);
        while (!taken && thread.isAlive()) {
            try {
                taken = queue.offer(order, RETRY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                // A transition must not get lost; an interrupt is handled afterwards.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        failIfDead(order);
        return order.stored();
    }

    /**
     * Writes data that may be dropped: never waits, takes no place that others need, and does not write to a database
     * that fails or does not answer. Whether it was accepted.
     */
    public boolean recordIfIdle(Consumer<Handle> work) {
        return trouble == null
                && !ended
                && transactionTime().compareTo(SLOW) < 0
                && queue.size() < capacity / 2
                && queue.offer(recording(work));
    }

    /** How long it has been at the transaction that it is at; zero where it is at none. */
    public Duration transactionTime() {
        return busy ? Duration.ofNanos(Math.max(0, clock.nanoTime() - turnSinceNanos)) : Duration.ZERO;
    }

    /** The problem of the writing thread; null if it works, even while the database is unavailable. */
    public @Nullable String threadTrouble() {
        if (ended) {
            return closing || halted ? null : "the thread state-writer has ended";
        }
        Duration time = transactionTime();
        return time.compareTo(STUCK) > 0
                ? "the thread state-writer has been in the same transaction for " + time.toSeconds() + " s"
                : null;
    }

    private static WriteOrder<Void> recording(Consumer<Handle> work) {
        return new WriteOrder<>(
                handle -> {
                    work.accept(handle);
                    return Nothing.value();
                },
                true);
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
            return get(stored, patience.durable());
        } catch (TimeoutException e) {
            throw new StorageException(
                    "the database did not store this within " + patience.durable() / 1_000
                            + " s; it is stored as soon as it can: is the disk full?",
                    e);
        }
    }

    private <T> T get(CompletableFuture<T> stored, long millis)
            throws StorageException, InterruptedException, TimeoutException {
        try {
            return threads.get(stored, Duration.ofMillis(millis));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageException storage) {
                throw storage.again();
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** What keeps the database from writing, or null. */
    public @Nullable String trouble() {
        return trouble;
    }

    /** The remedy for {@link #trouble()}, as the end of a sentence. */
    public String remedy() {
        return database.remedy();
    }

    /** How many writes are waiting. */
    public int queued() {
        return queue.size();
    }

    private void runUntilEnd() {
        try {
            run();
        } catch (RuntimeException | Error e) {
            trouble = "the writing thread has ended: " + e;
            // For the handler of uncaught errors, which ends a service that has its own process.
            throw e;
        } finally {
            // Before the queue is looked at for the last time, so that an order is seen here or sees this.
            ended = true;
            failAll(inHand);
            failAll(unresolved == null ? List.of() : unresolved.orders());
            failAll(queue);
        }
    }

    private void failAll(Iterable<WriteOrder<?>> orders) {
        orders.forEach(order -> order.stored()
                .completeExceptionally(StorageException.outcomeUnknown(
                        "the service has ended before this was stored", new IllegalStateException(trouble))));
    }

    /** A caller that arrives after the thread has ended would wait forever. */
    private void failIfDead(WriteOrder<?> order) {
        if (ended) {
            failAll(List.of(order));
        }
    }

    private void run() {
        List<WriteOrder<?>> orders = inHand;
        while (!halted && !(closing && queue.isEmpty() && orders.isEmpty() && unresolved == null)) {
            try {
                if (orders.isEmpty() && unresolved == null) {
                    orders.add(queue.take());
                    gather();
                }
                queue.drainTo(orders, Math.max(0, MOST_IN_TRANSACTION - orders.size()));
                turnSinceNanos = clock.nanoTime();
                busy = true;
                List<WriteOrder<?>> left = store(orders);
                busy = false;
                lastSize = orders.size() - left.size();
                lastEndNanos = clock.nanoTime();
                orders.clear();
                orders.addAll(left);
                if (!orders.isEmpty() || unresolved != null) {
                    if (closing) {
                        LOG.error("{} transitions could not be stored before the end: {}", orders.size(), trouble);
                        break;
                    }
                    threads.sleep(Duration.ofMillis(RETRY_MILLIS));
                }
            } catch (InterruptedException e) {
                // Asked to look whether it should end.
            }
        }
    }

    /**
     * Waits for more orders where the last transaction had more than one: its costs, above all the synchronisation to
     * the disk, are those of a transaction, not of an order. A writer that is alone does not wait.
     */
    private void gather() throws InterruptedException {
        long leftNanos = GATHERING.toNanos() - (clock.nanoTime() - lastEndNanos);
        if (lastSize > 1 && leftNanos > 0 && !closing && queue.size() + 1 < MOST_IN_TRANSACTION) {
            threads.sleep(Duration.ofNanos(leftNanos));
        }
    }

    /** Stores the orders; what is left has to be tried again. */
    private List<WriteOrder<?>> store(List<WriteOrder<?>> waiting) {
        Handle handle;
        try {
            handle = database.writing();
            resolve(handle, waiting);
        } catch (StorageException | RuntimeException e) {
            return afterTrouble(waiting, e);
        }
        List<WriteOrder<?>> orders = waiting;
        while (true) {
            orders = new ArrayList<>(orders);
            orders.removeIf(order -> order.isGivenUp() || order.stored().isDone());
            if (orders.isEmpty()) {
                return orders;
            }
            List<WriteOrder<?>> written;
            try {
                handle.begin();
                written = runAll(handle, orders);
                // Of two services that were let write by mistake, one finds that the count is not its own.
                int own = handle.execute(
                        "UPDATE written_transactions SET number = ? WHERE number = ?", transactions + 1, transactions);
                if (own != 1) {
                    throw new IllegalStateException(
                            "another program has written to the database: end it, then start this service again");
                }
            } catch (RuntimeException e) {
                rollback(handle);
                return afterTrouble(orders, e);
            } catch (Error e) {
                rollback(handle);
                throw e;
            }
            if (!beginCommit(written)) {
                rollback(handle);
                continue;
            }
            try {
                handle.commit();
            } catch (RuntimeException e) {
                rollback(handle);
                unresolved = new Unresolved(written, transactions + 1, e);
                trouble = Database.rootMessage(e);
                LOG.error("A commit was not confirmed: {}. Checking whether it took place", trouble);
                return store(new ArrayList<>());
            }
            transactions++;
            trouble = null;
            written.forEach(WriteOrder::complete);
            return new ArrayList<>();
        }
    }

    /** From here on none can be given up; false when one was, which must not be committed. */
    private static boolean beginCommit(List<WriteOrder<?>> written) {
        boolean all = true;
        for (WriteOrder<?> order : written) {
            all &= order.beginCommit();
        }
        if (!all) {
            written.forEach(WriteOrder::notCommitted);
        }
        return all;
    }

    /** Finds out whether the last transaction took place; what did not is before the others that wait. */
    private void resolve(Handle handle, List<WriteOrder<?>> waiting) {
        Unresolved open = unresolved;
        if (open == null && transactions >= 0) {
            return;
        }
        long number = handle.createQuery("SELECT number FROM written_transactions WHERE id = 1")
                .mapTo(Long.class)
                .one();
        transactions = number;
        if (open == null) {
            return;
        }
        unresolved = null;
        if (number == open.number()) {
            LOG.info("The unconfirmed commit took place");
            trouble = null;
            open.orders().forEach(WriteOrder::complete);
        } else {
            LOG.info("The unconfirmed commit did not take place");
            open.orders().forEach(WriteOrder::notCommitted);
            waiting.addAll(0, afterTrouble(open.orders(), open.failure()));
        }
    }

    private List<WriteOrder<?>> runAll(Handle handle, List<WriteOrder<?>> orders) {
        List<WriteOrder<?>> written = new ArrayList<>();
        for (WriteOrder<?> order : orders) {
            if (runAlone(handle, order)) {
                written.add(order);
            }
        }
        return written;
    }

    /** Runs an order so that its own failure leaves the others alone. */
    private boolean runAlone(Handle handle, WriteOrder<?> order) {
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
            if (order.isUntilStored()) {
                LOG.error("A transition cannot be stored", e);
            }
            order.stored()
                    .completeExceptionally(
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

    private List<WriteOrder<?>> afterTrouble(List<WriteOrder<?>> orders, Exception failure) {
        String words = Database.rootMessage(failure);
        if (trouble == null) {
            LOG.error("The database cannot write: {}. Retrying until it can", words);
        }
        trouble = words;
        List<WriteOrder<?>> again = new ArrayList<>();
        for (WriteOrder<?> order : orders) {
            if (order.stored().isDone() || order.isGivenUp()) {
                continue;
            }
            if (order.isUntilStored()) {
                again.add(order);
            } else {
                order.stored()
                        .completeExceptionally(new StorageException(
                                "the database cannot write: " + words + "; nothing of this was stored, "
                                        + database.remedy(),
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
        boolean taken = queue.offer(new WriteOrder<>(handle -> 0, false));
        LOG.trace("woken by an own order: {}", taken);
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
