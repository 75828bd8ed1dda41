package aifactory.inference.sizing;

import java.util.List;

/** What a model keeps of each token while a sequence runs. */
public sealed interface KeyValueCache {
    /**
     * Keys and values of every head that has its own.
     *
     * @param headsByLayer key-value heads of each layer; 0 where a layer keeps nothing that grows with the tokens
     * @param keyDimension numbers in a key
     * @param valueDimension numbers in a value
     */
    record Heads(List<Integer> headsByLayer, int keyDimension, int valueDimension) implements KeyValueCache {
        public Heads {
            headsByLayer = List.copyOf(headsByLayer);
        }
    }

    /**
     * Multi-head latent attention: one compressed vector a layer, which every GPU of a tensor parallel group keeps in
     * full.
     *
     * @param layers of the model
     * @param latentDimension numbers in the compressed vector
     * @param positionDimension numbers in the key's part that carries the position
     */
    record Latent(int layers, int latentDimension, int positionDimension) implements KeyValueCache {}

    /**
     * Nothing is known of it.
     *
     * @param reason why, and what would tell
     */
    record Unknown(String reason) implements KeyValueCache {}

    /** Whether {@link #layers} and {@link #numbersPerToken} say anything. */
    default boolean isKnown() {
        return !(this instanceof Unknown);
    }

    /** Layers of the model; 0 when unknown. */
    default int layers() {
        return switch (this) {
            case Heads heads -> heads.headsByLayer().size();
            case Latent latent -> latent.layers();
            case Unknown _ -> 0;
        };
    }

    /**
     * Numbers kept of one token by one GPU of a tensor parallel group that holds all layers; 0 when unknown. A head is
     * never split: with more GPUs than heads each keeps a copy of one.
     */
    default long numbersPerToken(int tensorParallel) {
        return switch (this) {
            case Heads heads ->
                heads.headsByLayer().stream()
                                .mapToLong(count -> Math.ceilDiv(count, tensorParallel))
                                .sum()
                        * (heads.keyDimension() + heads.valueDimension());
            case Latent latent -> (long) latent.layers() * (latent.latentDimension() + latent.positionDimension());
            case Unknown _ -> 0;
        };
    }
}
