package aifactory.measurement;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a response said of itself, and what was counted of it.
 *
 * @param finishReason why the server ended it, in its own word; several, of several choices, are joined by commas in
 *      the order of their first appearance; null when it gave none
 * @param usageOutputTokens the server's own count of output tokens, also where it was not believed; null where it gave
 *      none, or one that is no count
 * @param countedOutputTokens what was counted here, without the server's word; null where nothing could be counted
 * @param countedBy how it was counted: {@link TokenSource#TOKENIZER} or {@link TokenSource#CHUNKS}; null where nothing
 *      was
 * @param firstChunkTokens how many tokens the first chunk with content carried, by a tokenizer or by cumulative usage;
 *      null where that is not known
 * @param skippedEvents server-sent events that carried nothing that is measured: comments, pings, null, unknown objects
 * @param remarks none, mostly
 * @param retryAfterSeconds how long the server asked to wait before the next request, at most a day; null where it
 *     did not ask
 * @param servedBy address and port that the connection led to, where the AI server was given by name; null otherwise
 * @param validDocument whether the text was a JSON document of the requested schema; null where none was requested, or
 *      the text was not checked
 */
public record ResponseDetails(
        @Nullable String finishReason,
        @Nullable Integer usageOutputTokens,
        @Nullable Integer countedOutputTokens,
        @Nullable TokenSource countedBy,
        @Nullable Integer firstChunkTokens,
        int skippedEvents,
        Set<ResponseRemark> remarks,
        @Nullable Integer retryAfterSeconds,
        @Nullable String servedBy,
        @Nullable Boolean validDocument) {

    /** Nothing is known about the response, or there was no response. */
    public static final ResponseDetails NONE = new ResponseDetails(null, null, null, null, null, 0, Set.of());

    /** Of a response that did not ask to wait. */
    public ResponseDetails(
            @Nullable String finishReason,
            @Nullable Integer usageOutputTokens,
            @Nullable Integer countedOutputTokens,
            @Nullable TokenSource countedBy,
            @Nullable Integer firstChunkTokens,
            int skippedEvents,
            Set<ResponseRemark> remarks) {
        this(
                finishReason,
                usageOutputTokens,
                countedOutputTokens,
                countedBy,
                firstChunkTokens,
                skippedEvents,
                remarks,
                null,
                null,
                null);
    }

    /** Of an AI server that was not given by name. */
    public ResponseDetails(
            @Nullable String finishReason,
            @Nullable Integer usageOutputTokens,
            @Nullable Integer countedOutputTokens,
            @Nullable TokenSource countedBy,
            @Nullable Integer firstChunkTokens,
            int skippedEvents,
            Set<ResponseRemark> remarks,
            @Nullable Integer retryAfterSeconds) {
        this(
                finishReason,
                usageOutputTokens,
                countedOutputTokens,
                countedBy,
                firstChunkTokens,
                skippedEvents,
                remarks,
                retryAfterSeconds,
                null,
                null);
    }

    public ResponseDetails {
        remarks = remarks.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(remarks));
    }

    /**
     * The same with what a tokenizer has counted.
     *
     * @param ofFirstChunk null where that could not be counted
     */
    public ResponseDetails counted(int tokens, @Nullable Integer ofFirstChunk) {
        return new ResponseDetails(
                finishReason,
                usageOutputTokens,
                tokens,
                TokenSource.TOKENIZER,
                firstChunkTokens == null ? ofFirstChunk : firstChunkTokens,
                skippedEvents,
                remarks,
                retryAfterSeconds,
                servedBy,
                validDocument);
    }

    /** The same of a response that asked to wait. */
    public ResponseDetails askingToWait(@Nullable Integer seconds) {
        return new ResponseDetails(
                finishReason,
                usageOutputTokens,
                countedOutputTokens,
                countedBy,
                firstChunkTokens,
                skippedEvents,
                remarks,
                seconds,
                servedBy,
                validDocument);
    }

    /** The same of a response whose document was checked. */
    public ResponseDetails withDocument(boolean valid) {
        return new ResponseDetails(
                finishReason,
                usageOutputTokens,
                countedOutputTokens,
                countedBy,
                firstChunkTokens,
                skippedEvents,
                remarks,
                retryAfterSeconds,
                servedBy,
                valid);
    }
}
