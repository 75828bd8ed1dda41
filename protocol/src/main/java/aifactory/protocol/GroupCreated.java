package aifactory.protocol;

import org.jspecify.annotations.Nullable;

/** Answer to the creation of a group. */
public record GroupCreated(
        String status,
        long benchmarkId,
        int numClients,
        @Nullable String jobId) {}
