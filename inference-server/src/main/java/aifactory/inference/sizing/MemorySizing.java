package aifactory.inference.sizing;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a model takes of GPUs, and what is left for sequences. The formulas and their sources are in
 * docs/server-sizing.md.
 *
 * @param facts of the model
 * @param memory of the GPUs
 * @param layout how the model is split over them
 * @param contextLengthTokens of a sequence; null when neither asked for nor known
 * @param cacheBytesPerNumber of a number in the KV cache: 2 for the 16 bit that engines take by themselves, 1 for fp8
 */
public record MemorySizing(
        ModelFacts facts,
        GpuMemory memory,
        Layout layout,
        @Nullable Integer contextLengthTokens,
        double cacheBytesPerNumber) {
    /** 16 bit. */
    public static final double USUAL_CACHE_BYTES = 2;

    private static final int MOST_NODES = 1024;

    public MemorySizing {
        Integer heads = facts.attentionHeads();
        if (heads != null && heads % layout.tensorParallel() != 0) {
            throw new SizingException("tensor_parallel " + layout.tensorParallel() + " does not divide the " + heads
                    + " attention heads of " + facts.model() + ": give a number that does, as "
                    + largestPowerOfTwo(Math.min(heads, layout.tensorParallel()), heads));
        }
        if (facts.cache().isKnown() && layout.pipelineParallel() > facts.cache().layers()) {
            throw new SizingException("pipeline parallel " + layout.pipelineParallel() + " is more than the "
                    + facts.cache().layers() + " layers of " + facts.model() + ": take fewer nodes");
        }
        if (contextLengthTokens != null && contextLengthTokens < 1) {
            throw new SizingException(
                    "max_model_len is " + contextLengthTokens + ": give the tokens of a sequence, 1 at least");
        }
        if (!(cacheBytesPerNumber > 0 && cacheBytesPerNumber <= 8)) {
            throw new SizingException(
                    cacheBytesPerNumber + " bytes for a number in the KV cache: give 2 for 16 bit or 1 for fp8");
        }
    }

    /**
     * The sizing of a layout with 16 bit in the KV cache.
     *
     * @param contextLengthTokens null for the longest that the model was made for
     */
    public static MemorySizing of(
            ModelFacts facts, GpuMemory memory, Layout layout, @Nullable Integer contextLengthTokens) {
        return new MemorySizing(
                facts,
                memory,
                layout,
                contextLengthTokens != null ? contextLengthTokens : facts.contextLengthTokens(),
                USUAL_CACHE_BYTES);
    }

    /**
     * The smallest layout that holds the model and one sequence: tensor parallel within a node, by powers of two that
     * divide the attention heads, then more nodes that split the layers.
     *
     * @throws SizingException when none does
     */
    public static MemorySizing smallest(ModelFacts facts, GpuMemory memory, @Nullable Integer contextLengthTokens) {
        int heads = facts.attentionHeads() == null ? 0 : facts.attentionHeads();
        int largest = largestPowerOfTwo(memory.gpusPerNode(), heads);
        for (int tensorParallel = 1; tensorParallel <= largest; tensorParallel *= 2) {
            MemorySizing sizing = of(facts, memory, new Layout(tensorParallel, 1), contextLengthTokens);
            if (sizing.fits()) {
                return sizing;
            }
        }
        int mostNodes =
                facts.cache().isKnown() ? Math.min(MOST_NODES, facts.cache().layers()) : MOST_NODES;
        mostNodes = Math.min(mostNodes, 65_536 / largest);
        for (int nodes = 2; nodes <= mostNodes; nodes++) {
            MemorySizing sizing = of(facts, memory, new Layout(largest, nodes), contextLengthTokens);
            if (sizing.fits()) {
                return sizing;
            }
        }
        throw new SizingException(facts.model() + " with weights of " + Units.gib(facts.weightBytes())
                + " and a sequence of " + (contextLengthTokens == null ? "its full" : contextLengthTokens + " tokens'")
                + " length does not fit " + Math.max(1, mostNodes) + " nodes with " + largest + " GPUs of "
                + Units.gib(memory.usableBytes())
                + " each: lower max_model_len, take larger GPUs or a quantized model");
    }

    /** Nodes that it takes. */
    public int nodes() {
        return layout.nodes(memory.gpusPerNode());
    }

    /** Weights on the fullest GPU. */
    public long weightBytesPerGpu() {
        return Math.ceilDiv(stageShare(facts.weightBytes()), layout.tensorParallel());
    }

    /** What the whole model keeps of one token when no head is kept twice; empty when unknown. */
    public OptionalLong cacheBytesPerToken() {
        return cacheBytes(facts.cache().numbersPerToken(1));
    }

    /** What the fullest GPU keeps of one token; empty when unknown. */
    public OptionalLong cacheBytesPerTokenPerGpu() {
        return cacheBytes(stageShare(facts.cache().numbersPerToken(layout.tensorParallel())));
    }

    /** What weights and overhead leave of the fullest GPU; negative when they do not fit. */
    public long roomBytesPerGpu() {
        return memory.usableBytes() - memory.overheadBytesPerGpu() - weightBytesPerGpu();
    }

    /** Tokens that the KV cache holds; empty when unknown. */
    public OptionalLong cacheTokens() {
        OptionalLong bytes = cacheBytesPerTokenPerGpu();
        return bytes.isEmpty() ? bytes : OptionalLong.of(Math.max(0, roomBytesPerGpu()) / bytes.getAsLong());
    }

    /** Sequences of the context length that it holds at once; empty when unknown. */
    public OptionalLong concurrentSequences() {
        OptionalLong tokens = cacheTokens();
        return tokens.isEmpty() || contextLengthTokens == null
                ? OptionalLong.empty()
                : OptionalLong.of(tokens.getAsLong() / contextLengthTokens);
    }

    /**
     * Whether it holds the weights, with something to spare, and one sequence of the context length where that is
     * known.
     */
    public boolean fits() {
        return roomBytesPerGpu() > 0 && concurrentSequences().orElse(1) >= 1;
    }

    /** The arithmetic, a line for each step. */
    public List<String> explanation() {
        return new SizingExplanation(this).lines();
    }

    private OptionalLong cacheBytes(long numbers) {
        return numbers == 0 ? OptionalLong.empty() : OptionalLong.of((long) Math.ceil(numbers * cacheBytesPerNumber));
    }

    /** Layers are not split: one of 3 stages of 32 layers has 11. */
    private long stageShare(long ofAllLayers) {
        int stages = layout.pipelineParallel();
        int layers = facts.cache().layers();
        return layers == 0
                ? Math.ceilDiv(ofAllLayers, stages)
                : Math.multiplyExact(Math.ceilDiv(ofAllLayers, layers), Math.ceilDiv(layers, stages));
    }

    private static int largestPowerOfTwo(int atMost, int dividing) {
        int power = Integer.highestOneBit(atMost);
        while (dividing % power != 0) {
            power /= 2;
        }
        return power;
    }
}
