package aifactory.measurement;

import org.jspecify.annotations.Nullable;

/**
 * What was measured of one request (schema {@code aifactory.request/1}).
 *
 * <p>All stamps are nanoseconds since the run's start T0 on the client's monotonic clock; a stamp that never happened
 * is null.
 *
 * @param index the request's number over the whole group, from 0
 * @param client the client process, by its number in the group, from 0
 * @param target the AI server that was asked, by its place in the run's list, from 0
 * @param session the conversation the request belongs to, or null when each request stands alone
 * @param turn the request's place in its conversation, from 0
 * @param phase the part of the run in which it was scheduled
 * @param scheduledNanos when the arrival process wanted it sent; in closed loop when its slot became free
 * @param dueDelayedByCapNanos how long a concurrency cap held it back
 * @param startedNanos when the engine took it up, before a connection was acquired; null if that never happened
 * @param connectNanos the time its connection took to open, null if it used an open one
 * @param sentNanos when the last byte of the request was handed to the socket
 * @param firstChunkNanos the first chunk with generated content of any channel
 * @param firstOutputNanos the first chunk with content that is not reasoning
 * @param doneNanos the last chunk with content; for answers that are not streamed, the end of the answer
 * @param inputTokens as the server counted them, or as far as the workload knows
 * @param outputTokens by {@code tokenSource}
 * @param chunks the chunks with content
 * @param maximumGapNanos the longest gap between two chunks with content, 0 with fewer than two
 * @param httpStatus the status of the answer, null if none came
 * @param error null when completed, else the cause as a {@link FailureKind} in lower case
 * @param errorDetail a short text in the server's or the system's words, for users
 * @param requestedOutputTokens the output length that was asked for as {@code max_tokens}; null where none was asked
 *      for
 * @param chunksTogether the chunks that arrived together with the chunk before: after less than a tenth of the
 *      request's mean gap; null for requests that did not complete
 * @param failedNanos when a failed request had failed; null for others, and in records of earlier versions
 * @param response what the response said of itself; null where none came, and in records of earlier versions
 * @param ttftClientShareNanos how much of the time to the first chunk the client itself may have added; null where that
 *      is not known
 * @param e2elClientShareNanos the same of the time to the end
 */
public record RequestRecord(
        long index,
        int client,
        int target,
        @Nullable Long session,
        int turn,
        RunPhase phase,
        RequestOutcome outcome,
        long scheduledNanos,
        long dueDelayedByCapNanos,
        @Nullable Long startedNanos,
        @Nullable Long connectNanos,
        @Nullable Long sentNanos,
        @Nullable Long firstChunkNanos,
        @Nullable Long firstOutputNanos,
        @Nullable Long doneNanos,
        int inputTokens,
        int outputTokens,
        @Nullable TokenSource tokenSource,
        int chunks,
        long maximumGapNanos,
        @Nullable Integer httpStatus,
        @Nullable String error,
        @Nullable String errorDetail,
        @Nullable Integer requestedOutputTokens,
        @Nullable Integer chunksTogether,
        @Nullable Long failedNanos,
        @Nullable ResponseDetails response,
        @Nullable Long ttftClientShareNanos,
        @Nullable Long e2elClientShareNanos) {

    /** A record of an earlier version, without the members that were added since. */
    public RequestRecord(
            long index,
            int client,
            int target,
            @Nullable Long session,
            int turn,
            RunPhase phase,
            RequestOutcome outcome,
            long scheduledNanos,
            long dueDelayedByCapNanos,
            @Nullable Long startedNanos,
            @Nullable Long connectNanos,
            @Nullable Long sentNanos,
            @Nullable Long firstChunkNanos,
            @Nullable Long firstOutputNanos,
            @Nullable Long doneNanos,
            int inputTokens,
            int outputTokens,
            @Nullable TokenSource tokenSource,
            int chunks,
            long maximumGapNanos,
            @Nullable Integer httpStatus,
            @Nullable String error,
            @Nullable String errorDetail) {
        this(
                index,
                client,
                target,
                session,
                turn,
                phase,
                outcome,
                scheduledNanos,
                dueDelayedByCapNanos,
                startedNanos,
                connectNanos,
                sentNanos,
                firstChunkNanos,
                firstOutputNanos,
                doneNanos,
                inputTokens,
                outputTokens,
                tokenSource,
                chunks,
                maximumGapNanos,
                httpStatus,
                error,
                errorDetail,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
