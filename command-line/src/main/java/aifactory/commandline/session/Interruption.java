package aifactory.commandline.session;

import aifactory.commandline.failure.CommandFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Notifies a command that it has been asked to end (Ctrl-C, SIGTERM). Nothing is aborted: a command waits only through
 * this class, sees the request at its next wait, saves its results and cleans up. Thread-safe.
 */
public final class Interruption {
    private final CompletableFuture<Void> requested = new CompletableFuture<>();

    /** Asks the command to end. */
    public void request() {
        requested.complete(null);
    }

    public boolean isRequested() {
        return requested.isDone();
    }

    /** Waits that long, or less when the end is asked for. Returns whether it was. */
    public boolean await(Duration time) {
        try {
            requested.get(time.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the end is asked for. */
    public void awaitRequest() {
        try {
            requested.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Waits that long.
     *
     * @throws CommandFailure with exit code 130 when the end is asked for
     */
    public void pause(Duration time) {
        if (await(time)) {
            throw CommandFailure.interrupted();
        }
    }

    /**
     * Waits until the future is done, however that ends.
     *
     * @throws CommandFailure with exit code 130 when the end is asked for first; the future is cancelled then
     */
    public void awaitDone(CompletableFuture<?> future) {
        try {
            CompletableFuture.anyOf(future.handle((value, failure) -> null), requested)
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        if (!future.isDone()) {
            future.cancel(true);
            throw CommandFailure.interrupted();
        }
    }
}
