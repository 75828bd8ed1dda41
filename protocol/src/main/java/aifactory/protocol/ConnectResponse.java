package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to a registration.
 *
 * @param clientId the client's number in the group, from 0
 * @param pollSeconds how long the service holds a poll for commands at most
 * @param heartbeatSeconds how often a client has to report
 * @param batchFormats the content types of batches that the service accepts besides JSON; absent from services of
 *     earlier versions, which refuse unknown members of batches
 */
public record ConnectResponse(
        String status,
        long benchmarkId,
        String clientAddress,
        int clientId,
        int pollSeconds,
        int heartbeatSeconds,
        @Nullable List<String> batchFormats) {

    /** Whether it takes batches in the binary form. */
    public boolean takesBinaryBatches() {
        return batchFormats != null && batchFormats.contains(BatchFormat.CONTENT_TYPE);
    }
}
