package aifactory.service.persistence;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** A change for the writer. A waiting caller may abandon it until the moment of its commit. Thread-safe. */
final class WriteOrder<T> {
    private enum Stage {
        WAITING,
        COMMITTING,
        GIVEN_UP
    }

    private final StateWriter.Work<T> work;
    private final boolean untilStored;
    private final CompletableFuture<T> stored = new CompletableFuture<>();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private @Nullable Runnable completion;

    /** @param untilStored whether it is retried for as long as the database is unavailable */
    WriteOrder(StateWriter.Work<T> work, boolean untilStored) {
        this.work = work;
        this.untilStored = untilStored;
    }

    CompletableFuture<T> stored() {
        return stored;
    }

    boolean isUntilStored() {
        return untilStored;
    }

    void run(Handle handle) {
        T value = work.run(handle);
        completion = () -> stored.complete(value);
    }

    /** It is committed. */
    void complete() {
        if (completion != null) {
            completion.run();
        }
    }

    /** Whether it will not be executed; false when it is being committed, or was. */
    boolean giveUp() {
        return stage.compareAndSet(Stage.WAITING, Stage.GIVEN_UP);
    }

    boolean isGivenUp() {
        return stage.get() == Stage.GIVEN_UP;
    }

    /** Whether it may be committed: false when it was given up. */
    boolean beginCommit() {
        return stage.compareAndSet(Stage.WAITING, Stage.COMMITTING);
    }

    /** It was not committed. */
    void notCommitted() {
        stage.compareAndSet(Stage.COMMITTING, Stage.WAITING);
    }
}
