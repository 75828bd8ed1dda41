package aifactory.inference.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MemorySizingTest {
    private static final long GIB = 1L << 30;
    private static final ModelFacts LLAMA_8B = facts("llama-8b", 16_060_522_496L, 32, heads(32, 8, 128));
    private static final ModelFacts LLAMA_70B = facts("llama-70b", 141_107_412_992L, 64, heads(80, 8, 128));
    private static final ModelFacts LLAMA_405B = facts("llama-405b", 811_706_777_600L, 128, heads(126, 8, 128));

    @Test
    void arithmeticOfLlama8BOnOneGpu() {
        MemorySizing sizing = MemorySizing.smallest(LLAMA_8B, GpuMemory.of(40 * GIB, 0.9, 4), 8192);
        assertThat(sizing.layout()).isEqualTo(new Layout(1, 1));
        assertThat(sizing.cacheBytesPerToken()).hasValue(131_072);
        // 36 GiB usable, less 2 GiB of overhead, less the weights.
        long room = 36 * GIB - 2 * GIB - 16_060_522_496L;
        assertThat(sizing.roomBytesPerGpu()).isEqualTo(room);
        assertThat(sizing.cacheTokens()).hasValue(room / 131_072);
        assertThat(sizing.concurrentSequences()).hasValue(room / 131_072 / 8192);
        assertThat(sizing.explanation())
                .containsExactly(
                        "model: llama-8b, read from the test",
                        "weights: 8,030,261,248 parameters x 2.000 bytes (bfloat16) = 16,060,522,496 bytes = 14.96 GiB",
                        "split: tensor parallel 1 x pipeline parallel 1 = 1 GPUs on 1 nodes of 4; weights on the fullest GPU 14.96 GiB",
                        "usable: 40.00 GiB a GPU x 0.9 = 36.00 GiB",
                        "room for the KV cache: 36.00 GiB - 14.96 GiB weights - 2.00 GiB overhead (assumed) = 19.04 GiB a GPU",
                        "KV cache: 2 x 32 layers x 8 KV heads x 128 x 2 bytes = 131,072 bytes a token",
                        "tokens in the KV cache: 19.04 GiB / 131,072 bytes = 155,995",
                        "sequences at once: 155,995 tokens / 8,192 tokens each = 19 of full length",
                        "fits");
    }

    @Test
    void theSmallestTensorParallelThatFitsIsTaken() {
        GpuMemory four = GpuMemory.of(80 * GIB, 0.9, 4);
        assertThat(MemorySizing.smallest(LLAMA_8B, four, 8192).layout()).isEqualTo(new Layout(1, 1));
        // 131.4 GiB: on two GPUs 65.7 of 72 each, which leaves 4.3 GiB for sequences.
        assertThat(MemorySizing.smallest(LLAMA_70B, four, 8192).layout()).isEqualTo(new Layout(2, 1));
        assertThat(MemorySizing.smallest(LLAMA_70B, four, 131_072).layout()).isEqualTo(new Layout(4, 1));
        // 756 GiB on nodes of four with 70 GiB each after the overhead: three nodes hold 840.
        MemorySizing large = MemorySizing.smallest(LLAMA_405B, four, 8192);
        assertThat(large.layout()).isEqualTo(new Layout(4, 3));
        assertThat(large.nodes()).isEqualTo(3);
        assertThat(large.explanation())
                .anyMatch(line -> line.startsWith("KV cache:") && line.endsWith("on the fullest GPU"));
    }

    @Test
    void powersOfTwoThatDoNotDivideTheHeadsAreLeftOut() {
        ModelFacts fourteen = facts("qwen-0.5b", 60 * GIB, 14, heads(24, 2, 64));
        MemorySizing sizing = MemorySizing.smallest(fourteen, GpuMemory.of(24 * GIB, 0.9, 8), 1024);
        assertThat(sizing.layout().tensorParallel()).isEqualTo(2);
        assertThat(sizing.nodes()).isEqualTo(1);
        assertThat(MemorySizing.smallest(LLAMA_70B, GpuMemory.of(40 * GIB, 0.9, 6), 8192)
                        .layout()
                        .tensorParallel())
                .isEqualTo(4);
    }

    @Test
    void whatCannotBeIsRefusedWithValueAndRemedy() {
        GpuMemory memory = GpuMemory.of(80 * GIB, 0.9, 4);
        assertRefused(
                () -> MemorySizing.of(LLAMA_8B, memory, new Layout(3, 1), null),
                "tensor_parallel 3",
                "32 attention heads",
                "as 2");
        assertRefused(
                () -> MemorySizing.of(LLAMA_8B, memory, new Layout(1, 33), null),
                "pipeline parallel 33",
                "32 layers",
                "fewer nodes");
        assertRefused(() -> MemorySizing.of(LLAMA_8B, memory, new Layout(1, 1), 0), "max_model_len is 0");
        assertRefused(() -> GpuMemory.of(80 * GIB, 1.5, 4), "gpu_memory_fraction is 1.5", "as 0.9");
        assertRefused(() -> GpuMemory.of(80 * GIB, Double.NaN, 4), "gpu_memory_fraction is NaN");
        assertRefused(() -> GpuMemory.of(80 * GIB, 0.01, 4), "leaves nothing", "raise the fraction");
        assertRefused(() -> GpuMemory.of(0, 0.9, 4), "0 bytes", "80 GiB");
        assertRefused(() -> GpuMemory.of(80 * GIB, 0.9, 0), "0 GPUs");
        assertRefused(() -> new Layout(0, 1), "tensor_parallel 0");
        assertRefused(
                () -> MemorySizing.smallest(LLAMA_8B, memory, Integer.MAX_VALUE),
                "does not fit 32 nodes with 4 GPUs",
                "lower max_model_len");
    }

    @Test
    void aLayoutThatIsTooSmallSaysByHowMuch() {
        MemorySizing weights = MemorySizing.of(LLAMA_70B, GpuMemory.of(80 * GIB, 0.9, 4), new Layout(1, 1), 8192);
        assertThat(weights.fits()).isFalse();
        assertThat(weights.explanation())
                .last()
                .asString()
                .isEqualTo("does not fit: 61.42 GiB too much on a GPU; raise tensor_parallel"
                        + " or the nodes, take larger GPUs or a quantized model");
        MemorySizing sequence = MemorySizing.of(LLAMA_8B, GpuMemory.of(24 * GIB, 0.9, 4), new Layout(1, 1), 131_072);
        assertThat(sequence.fits()).isFalse();
        assertThat(sequence.explanation())
                .last()
                .asString()
                .contains("not one sequence of 131,072 tokens", "lower max_model_len to 38,");
    }

    @Test
    void anEstimateSaysThatSequencesAreUnknown() {
        MemorySizing sizing = MemorySizing.smallest(
                ModelFactsReader.read("Llama-3.1-70B", null), GpuMemory.of(80 * GIB, 0.9, 4), 8192);
        assertThat(sizing.layout()).isEqualTo(new Layout(2, 1));
        assertThat(sizing.concurrentSequences()).isEmpty();
        assertThat(sizing.explanation())
                .contains("fits, as far as the weights go: how many sequences run at once is unknown")
                .anyMatch(line -> line.startsWith("note: estimated from the name alone"));
    }

    @Test
    void smallestIsTheSmallestAndHoldsWhatItSays() {
        long seed = 20_261_127;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            int heads = 1 << random.nextInt(8);
            int layers = 1 + random.nextInt(128);
            ModelFacts model = facts(
                    "round " + round,
                    1 + random.nextLong(600 * GIB),
                    heads,
                    heads(layers, 1 + random.nextInt(heads), 128));
            GpuMemory memory =
                    GpuMemory.of((16 + random.nextInt(120)) * GIB, 0.5 + random.nextDouble(0.5), 1 + random.nextInt(8));
            MemorySizing sizing;
            try {
                sizing = MemorySizing.smallest(model, memory, 4096);
            } catch (SizingException e) {
                continue;
            }
            String as = "seed " + seed + ", " + model + " on " + memory;
            assertThat(sizing.fits()).as(as).isTrue();
            int tensorParallel = sizing.layout().tensorParallel();
            assertThat(heads % tensorParallel).as(as).isZero();
            long held = sizing.weightBytesPerGpu()
                    + memory.overheadBytesPerGpu()
                    + sizing.concurrentSequences().orElseThrow()
                            * 4096
                            * sizing.cacheBytesPerTokenPerGpu().orElseThrow();
            assertThat(held).as(as).isLessThanOrEqualTo(memory.usableBytes());
            assertThat(Math.multiplyExact(
                            sizing.weightBytesPerGpu(), sizing.layout().gpus()))
                    .as(as)
                    .isGreaterThanOrEqualTo(model.weightBytes());
            if (sizing.layout().gpus() > 1) {
                Layout smaller = sizing.layout().pipelineParallel() > 1
                        ? new Layout(tensorParallel, sizing.layout().pipelineParallel() - 1)
                        : new Layout(tensorParallel / 2, 1);
                assertThat(MemorySizing.of(model, memory, smaller, 4096).fits())
                        .as(as)
                        .isFalse();
            }
        }
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(SizingException.class).hasMessageContainingAll(parts);
    }

    private static KeyValueCache heads(int layers, int keyValueHeads, int dimension) {
        return new KeyValueCache.Heads(Collections.nCopies(layers, keyValueHeads), dimension, dimension);
    }

    private static ModelFacts facts(String name, long bytes, int heads, KeyValueCache cache) {
        return new ModelFacts(
                name, "the test", false, Math.max(1, bytes / 2), "bfloat16", bytes, heads, null, cache, List.of());
    }
}
