package aifactory.node.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of one HTTP exchange with the service. */
public sealed interface ServiceAnswer {
    /**
     * The service answered.
     *
     * @param retryAfter what it asked to wait, where it did
     * @param sentNanos monotonic time before the request was sent
     * @param receivedNanos monotonic time when the whole answer was there
     */
    record Answered(int status, byte[] body, @Nullable Duration retryAfter, long sentNanos, long receivedNanos)
            implements ServiceAnswer {}

    /** No answer came: nothing is known of what the service did with the request. */
    record Unreachable(String reason) implements ServiceAnswer {}
}
