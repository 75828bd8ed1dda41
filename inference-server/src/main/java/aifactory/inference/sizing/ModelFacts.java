package aifactory.inference.sizing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What sizing needs to know of a model.
 *
 * @param model its name or file, as it was asked for
 * @param source where the facts are from, as text
 * @param estimated whether they were guessed from the name instead of read
 * @param parameters of the model; null when unknown
 * @param weightFormat as "bfloat16", "Q4_K" or "fp8"
 * @param weightBytes of all weights as they are stored
 * @param attentionHeads that tensor parallelism has to divide; null when unknown
 * @param contextLengthTokens the longest sequence that the model was made for; null when unknown
 * @param cache what it keeps of each token
 * @param notes what a reader of the values has to know about them
 */
public record ModelFacts(
        String model,
        String source,
        boolean estimated,
        @Nullable Long parameters,
        String weightFormat,
        long weightBytes,
        @Nullable Integer attentionHeads,
        @Nullable Integer contextLengthTokens,
        KeyValueCache cache,
        List<String> notes) {
    public ModelFacts {
        notes = List.copyOf(notes);
        if (weightBytes <= 0) {
            throw new SizingException(
                    "model " + model + " has weights of " + weightBytes + " bytes: give the path of its files");
        }
    }

    /** Bytes of one parameter as stored, mean over all; null when the parameters are unknown. */
    public @Nullable Double bytesPerParameter() {
        return parameters == null ? null : (double) weightBytes / parameters;
    }
}
