package aifactory.service;

import java.lang.Thread.UncaughtExceptionHandler;

/**
 * Passes errors that were caught for a cleanup to the handler of uncaught errors, which ends a service that has a
 * separate process. Stateless.
 */
public final class UncaughtErrors {
    private UncaughtErrors() {}

    /** Passes an error to the handler of uncaught errors, as if the calling thread had ended by it. */
    public static void tell(Error error) {
        Thread thread = Thread.currentThread();
        UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
        handler.uncaughtException(thread, error);
    }
}
