package aifactory.service;

import java.lang.Thread.UncaughtExceptionHandler;

/**
 * Errors that were caught so that something is left in order. What follows from them is decided by the handler of uncaught errors all the
 * same: a service of its own process ends, and is started again. Stateless.
 */
public final class UncaughtErrors {
    private UncaughtErrors() {}

    /** Tells the handler of uncaught errors, as if the calling thread had ended by it. */
    public static void tell(Error error) {
        Thread thread = Thread.currentThread();
        UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
        handler.uncaughtException(thread, error);
    }
}
