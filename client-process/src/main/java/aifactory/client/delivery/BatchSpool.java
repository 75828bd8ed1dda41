package aifactory.client.delivery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the service has not acknowledged, in the order of measuring, over all runs. Bounded in bytes: first memory, then
 * a directory if there is one, then {@link SpoolOverflowException}. Thread-safe.
 */
public final class BatchSpool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchSpool.class);

    private final SpoolLimits limits;
    private final @Nullable Path directory;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Deque<SpooledBatch> batches = new ArrayDeque<>();

    @GuardedBy("lock")
    private long memoryBytes;

    @GuardedBy("lock")
    private long directoryBytes;

    @GuardedBy("lock")
    private long files;

    @GuardedBy("lock")
    private boolean closed;

    /** @throws IOException when the directory cannot be written to */
    public BatchSpool(SpoolLimits limits) throws IOException {
        this.limits = limits;
        // A separate directory that no other user can read, since processes of one node may share the given one.
        this.directory = limits.directory() == null
                ? null
                : Files.createTempDirectory(Files.createDirectories(limits.directory()), "aifactory-spool-");
    }

    /**
     * Appends a batch.
     *
     * @throws SpoolOverflowException when it does not fit; it is not kept then
     */
    void add(String runId, long sequence, byte[] content) throws SpoolOverflowException {
        lock.lock();
        try {
            if (memoryBytes + content.length <= limits.memoryBytes()) {
                append(SpooledBatch.inMemory(runId, sequence, content));
            } else {
                append(inFile(runId, sequence, content));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Appends a run's last batch, which is small and contains the run's outcome: the bound does not apply to it. */
    void addLast(String runId, long sequence, byte[] content) {
        lock.lock();
        try {
            append(SpooledBatch.inMemory(runId, sequence, content));
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void append(SpooledBatch batch) {
        if (batch.isInMemory()) {
            memoryBytes += batch.size();
        } else {
            directoryBytes += batch.size();
        }
        batches.addLast(batch);
        changed.signalAll();
    }

    @GuardedBy("lock")
    private SpooledBatch inFile(String runId, long sequence, byte[] content) throws SpoolOverflowException {
        if (directory == null) {
            throw new SpoolOverflowException(bytesWaiting() + " bytes wait for the service and " + limits.memoryBytes()
                    + " are allowed in memory; allow more, or give a spool directory");
        }
        if (directoryBytes + content.length > limits.directoryBytes()) {
            throw new SpoolOverflowException(bytesWaiting() + " bytes wait for the service, and " + limits.memoryBytes()
                    + " are allowed in memory and " + limits.directoryBytes() + " in '" + directory + "'; allow more");
        }
        Path file = directory.resolve(files++ + ".batch");
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new SpoolOverflowException(
                    "memory for " + limits.memoryBytes() + " bytes is full and '" + file + "' cannot be written: " + e);
        }
        return SpooledBatch.inFile(runId, sequence, content.length, file);
    }

    /** Waits for a batch. @return the oldest, which stays; null once the spool is closed */
    @Nullable
    SpooledBatch awaitFirst() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (batches.isEmpty() && !closed) {
                changed.await();
            }
            return closed ? null : batches.peekFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the run's batches before that number. @return how many there were */
    int removeBefore(String runId, long sequence) {
        return remove(batch -> batch.runId().equals(runId) && batch.sequence() < sequence);
    }

    /** Lets go of all batches of the run. @return how many there were */
    public int removeAll(String runId) {
        return remove(batch -> batch.runId().equals(runId));
    }

    private int remove(Predicate<SpooledBatch> unwanted) {
        lock.lock();
        try {
            int removed = 0;
            for (Iterator<SpooledBatch> each = batches.iterator(); each.hasNext(); ) {
                SpooledBatch batch = each.next();
                if (unwanted.test(batch)) {
                    each.remove();
                    release(batch);
                    removed++;
                }
            }
            changed.signalAll();
            return removed;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void release(SpooledBatch batch) {
        if (batch.isInMemory()) {
            memoryBytes -= batch.size();
        } else {
            directoryBytes -= batch.size();
        }
        try {
            batch.release();
        } catch (IOException e) {
            LOG.warn("a spooled batch that is no longer needed cannot be removed: {}", e.toString());
        }
    }

    /** Waits until nothing is left. @return false when the time passed first */
    public boolean awaitEmpty(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNanos = patience.toNanos();
            while (!batches.isEmpty() && leftNanos > 0) {
                leftNanos = changed.awaitNanos(leftNanos);
            }
            return batches.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** How many batches wait. */
    public int size() {
        lock.lock();
        try {
            return batches.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes wait, in memory and on disk. */
    public long bytesWaiting() {
        lock.lock();
        try {
            return memoryBytes + directoryBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of everything. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            remove(_ -> true);
            if (directory != null) {
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            LOG.warn("the spool directory '{}' cannot be removed: {}", directory, e.toString());
        } finally {
            lock.unlock();
        }
    }
}
