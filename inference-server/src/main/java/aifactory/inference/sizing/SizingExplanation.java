package aifactory.inference.sizing;

import static aifactory.inference.sizing.Units.gib;
import static aifactory.inference.sizing.Units.plain;
import static aifactory.inference.sizing.Units.whole;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes the arithmetic of a sizing so that a person can check it with a calculator. */
final class SizingExplanation {
    private final MemorySizing sizing;
    private final ModelFacts facts;
    private final GpuMemory memory;
    private final Layout layout;

    SizingExplanation(MemorySizing sizing) {
        this.sizing = sizing;
        this.facts = sizing.facts();
        this.memory = sizing.memory();
        this.layout = sizing.layout();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("model: " + facts.model() + ", " + (facts.estimated() ? "estimated" : "read") + " from "
                + facts.source());
        lines.add(weights());
        lines.add("split: tensor parallel " + layout.tensorParallel() + " x pipeline parallel "
                + layout.pipelineParallel() + " = " + layout.gpus() + " GPUs on " + sizing.nodes() + " nodes of "
                + memory.gpusPerNode() + "; weights on the fullest GPU " + gib(sizing.weightBytesPerGpu()));
        lines.add("usable: " + gib(memory.bytesPerGpu()) + " a GPU x " + plain(memory.fraction()) + " = "
                + gib(memory.usableBytes()));
        lines.add("room for the KV cache: " + gib(memory.usableBytes()) + " - " + gib(sizing.weightBytesPerGpu())
                + " weights - " + gib(memory.overheadBytesPerGpu()) + " overhead (assumed) = "
                + gib(sizing.roomBytesPerGpu()) + " a GPU");
        lines.add(cache());
        if (sizing.cacheTokens().isPresent()) {
            addSequences(lines);
        }
        lines.add(verdict());
        facts.notes().forEach(note -> lines.add("note: " + note));
        return List.copyOf(lines);
    }

    private String weights() {
        String bytes = whole(facts.weightBytes()) + " bytes = " + gib(facts.weightBytes());
        Double each = facts.bytesPerParameter();
        return each == null || facts.parameters() == null
                ? "weights: " + bytes + " (" + facts.weightFormat() + ")"
                : "weights: " + whole(facts.parameters()) + " parameters x " + String.format(Locale.ROOT, "%.4g", each)
                        + " bytes (" + facts.weightFormat() + ") = " + bytes;
    }

    private String cache() {
        String each = plain(sizing.cacheBytesPerNumber()) + " bytes";
        String total = whole(sizing.cacheBytesPerToken().orElse(0)) + " bytes a token";
        return switch (facts.cache()) {
            case KeyValueCache.Heads heads -> "KV cache: " + factors(heads) + " x " + each + " = " + total + perGpu();
            case KeyValueCache.Latent latent ->
                "KV cache: " + latent.layers() + " layers x (" + latent.latentDimension() + " latent + "
                        + latent.positionDimension() + " position) x " + each + " = " + total + perGpu();
            case KeyValueCache.Unknown unknown -> "KV cache: unknown, " + unknown.reason();
        };
    }

    private static String factors(KeyValueCache.Heads heads) {
        List<Integer> byLayer = heads.headsByLayer();
        boolean isUniform = byLayer.stream().distinct().count() == 1;
        String count = isUniform
                ? byLayer.size() + " layers x " + byLayer.getFirst() + " KV heads"
                : byLayer.stream().mapToLong(Integer::longValue).sum() + " KV heads of all " + byLayer.size()
                        + " layers";
        return heads.keyDimension() == heads.valueDimension()
                ? "2 x " + count + " x " + heads.keyDimension()
                : count + " x (" + heads.keyDimension() + " key + " + heads.valueDimension() + " value)";
    }

    private String perGpu() {
        return layout.gpus() == 1
                ? ""
                : ", " + whole(sizing.cacheBytesPerTokenPerGpu().orElse(0)) + " on the fullest GPU";
    }

    private void addSequences(List<String> lines) {
        long tokens = sizing.cacheTokens().orElse(0);
        lines.add("tokens in the KV cache: " + gib(Math.max(0, sizing.roomBytesPerGpu())) + " / "
                + whole(sizing.cacheBytesPerTokenPerGpu().orElse(0)) + " bytes = " + whole(tokens));
        Integer context = sizing.contextLengthTokens();
        lines.add(
                context == null
                        ? "sequences at once: unknown without max_model_len"
                        : "sequences at once: " + whole(tokens) + " tokens / " + whole(context) + " tokens each = "
                                + whole(sizing.concurrentSequences().orElse(0)) + " of full length");
    }

    private String verdict() {
        if (sizing.roomBytesPerGpu() <= 0) {
            return "does not fit: " + gib(-sizing.roomBytesPerGpu())
                    + " too much on a GPU; raise tensor_parallel or the nodes, take larger GPUs or a quantized model";
        }
        if (!sizing.fits()) {
            return "does not fit: not one sequence of "
                    + whole(sizing.contextLengthTokens() == null ? 0 : sizing.contextLengthTokens())
                    + " tokens; lower max_model_len to "
                    + whole(sizing.cacheTokens().orElse(0))
                    + " or less, or raise tensor_parallel";
        }
        return facts.cache().isKnown()
                ? "fits"
                : "fits, as far as the weights go: how many sequences run at once is unknown";
    }
}
