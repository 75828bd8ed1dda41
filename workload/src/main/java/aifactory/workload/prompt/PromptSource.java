package aifactory.workload.prompt;

/** Where prompts come from. A prompt is a function of its index over the whole group; implementations are immutable. */
public interface PromptSource {
    /**
     * Appends the prompt of the request as the inside of a JSON string: escaped, without the quotes, in UTF-8.
     *
     * @param index the request's number over the whole group, from 0
     * @return the prompt's length in tokens as far as the source knows
     */
    int append(long index, ByteBuilder out);

    /** The number of output tokens to ask for. */
    int outputTokens(long index);
}
