package aifactory.simulator;

/**
 * Counters of a server since its start. A chunk is counted when it is handed to the connection, so that a client that
 * has read an answer finds it counted.
 *
 * @param requests for generation (chat, completions, embeddings) that were received in full, including those that
 *      failed later
 * @param completedRequests whose answer was handed over in full
 * @param refusedRequests answered 503 because too many waited, or with a 4xx status because they were invalid
 * @param faultedRequests that got a fault
 * @param cancelledRequests whose client went away first
 * @param promptTokens of requests that were admitted
 * @param generatedTokens sent, whether as chunks or in one body
 * @param contentChunks events with generated content of any channel (text, reasoning, tool call)
 * @param events all {@code data:} events: those with content, roles, finish reasons, usage, errors and {@code [DONE]}
 * @param connectionsAccepted since the start
 * @param connectionsRefused closed at once because too many were open
 * @param unloggedRequests left out of the log of true times because it was full
 */
public record SimulatorStatistics(
        long requests,
        long completedRequests,
        long refusedRequests,
        long faultedRequests,
        long cancelledRequests,
        long promptTokens,
        long generatedTokens,
        long contentChunks,
        long events,
        long connectionsAccepted,
        long connectionsRefused,
        long unloggedRequests) {}
