package aifactory.client.waiting;

import aifactory.node.waiting.Signal;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waits for answers that a signal may make superfluous. */
public final class Awaiting {
    private Awaiting() {}

    /**
     * The future's value, or null when the signal was given first; the future is cancelled then.
     *
     * @param future one that does not fail
     */
    public static <T> @Nullable T unless(Signal signal, CompletableFuture<T> future) throws InterruptedException {
        try (Signal.Subscription _ = signal.subscribe(() -> future.cancel(true))) {
            return future.get();
        } catch (CancellationException e) {
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exchange failed unexpectedly", e.getCause());
        }
    }
}
