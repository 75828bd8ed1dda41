package aifactory.service.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group that is created and runs at once, as users of the earlier system ask for it (rows H2 and H3 of its contract).
 *
 * @param serviceId the AI server: its address, or its host where the service was started with it
 * @param requestsPerSecond of the whole group
 * @param prompts sent in turn
 */
record EarlierGroupRequest(
        @Nullable String serviceId,
        @Nullable Integer numClients,
        @Nullable Double requestsPerSecond,
        @Nullable Integer durationSeconds,
        @Nullable List<String> prompts,
        @Nullable Integer maxTokens,
        @Nullable Double temperature,
        @Nullable Integer timeLimit) {}
