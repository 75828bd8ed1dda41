package aifactory.node.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A typed answer of the service, sorted by what the process does next. */
public sealed interface Reply<T> {
    /** The service did it. */
    record Accepted<T>(T value) implements Reply<T> {}

    /**
     * The service will not do it, however often it is asked.
     *
     * @param detail its error message
     * @param expectedSequence the sequence number to continue with, after a batch that does not follow the last one
     */
    record Refused<T>(int status, String detail, @Nullable Long expectedSequence) implements Reply<T> {}

    /**
     * The service could not be reached, or cannot do it now.
     *
     * @param retryAfter what it asked to wait, where it did
     */
    record Unavailable<T>(String reason, @Nullable Duration retryAfter) implements Reply<T> {}
}
