package aifactory.simulator.internal.generation;

import org.jspecify.annotations.Nullable;

/**
 * A request for generation as the simulator understands it; members of the API that change nothing here are ignored.
 *
 * @param model null when the request names none, which is the served one
 * @param streamed whether the answer is a stream of events
 * @param includeUsage whether a stream ends with an event of the usage
 * @param promptTokens words of the prompt's texts, separated by white space, or the number of token ids; at least 1
 * @param maxTokens null when not given
 * @param minTokens 0 when not given
 * @param ignoreEndOfSequence whether the output is always as long as it may be
 * @param inputs texts to embed; 1 for the other endpoints
 * @param dimensions of an embedding; null when not given
 * @param base64 whether embeddings are little-endian floats in base64 instead of numbers
 * @param document JSON, in ASCII, that the request asks for; null for plain text
 */
public record GenerationRequest(
        EndpointKind endpoint,
        @Nullable String model,
        boolean streamed,
        boolean includeUsage,
        int promptTokens,
        @Nullable Integer maxTokens,
        int minTokens,
        boolean ignoreEndOfSequence,
        int inputs,
        @Nullable Integer dimensions,
        boolean base64,
        @Nullable String document) {

    /** A request for plain text. */
    public GenerationRequest(
            EndpointKind endpoint,
            @Nullable String model,
            boolean streamed,
            boolean includeUsage,
            int promptTokens,
            @Nullable Integer maxTokens,
            int minTokens,
            boolean ignoreEndOfSequence,
            int inputs,
            @Nullable Integer dimensions,
            boolean base64) {
        this(
                endpoint,
                model,
                streamed,
                includeUsage,
                promptTokens,
                maxTokens,
                minTokens,
                ignoreEndOfSequence,
                inputs,
                dimensions,
                base64,
                null);
    }
}
