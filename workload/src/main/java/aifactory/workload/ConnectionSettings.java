package aifactory.workload;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long connections to AI servers are used, and how many there are.
 *
 * @param perRequest whether every request has a separate connection, which is closed after the response
 * @param lifetime a connection is not used again when it is older; null for no such bound
 * @param perServer most connections of the whole group to one AI server; a request that finds all of them busy waits,
 *     and its wait counts as latency; null for no such bound
 */
public record ConnectionSettings(
        boolean perRequest,
        @Nullable Duration lifetime,
        @Nullable Integer perServer) {
    /** Connections are kept and used again. */
    public static final ConnectionSettings DEFAULT = new ConnectionSettings(false, null, null);
}
