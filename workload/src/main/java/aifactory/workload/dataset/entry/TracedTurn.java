package aifactory.workload.dataset.entry;

import org.jspecify.annotations.Nullable;

/**
 * One request of a recorded trace, of which the lengths are known. Requests of a session are separate records of the
 * file.
 *
 * @param timestampNanos on the timeline of the file, or {@link #NO_TIME}
 * @param inputTokens of the whole prompt, with the turns before it
 * @param blocks see {@link SessionEntry.GeneratedPrompt}
 * @param delayNanos pause after the response to the session's previous request; null where the file does not contain
 *     one
 * @param session identifier that the requests of a session share; null where there is none
 * @param id by which later requests name this one as their parent; null where there is none
 * @param parent the request that this one follows; null for none
 */
public record TracedTurn(
        long timestampNanos,
        int inputTokens,
        int outputTokens,
        long[] blocks,
        int blockTokens,
        @Nullable Long delayNanos,
        @Nullable String session,
        @Nullable String id,
        @Nullable String parent)
        implements Entry {

    /** A request without a session. */
    public static TracedTurn single(long timestampNanos, int inputTokens, int outputTokens) {
        return new TracedTurn(timestampNanos, inputTokens, outputTokens, new long[0], 0, null, null, null, null);
    }
}
