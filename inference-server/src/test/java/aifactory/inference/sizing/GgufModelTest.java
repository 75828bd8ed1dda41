package aifactory.inference.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GgufModelTest {
    private static final int Q4_K = 12;
    private static final int F32 = 0;

    @TempDir
    Path directory = Path.of("");

    @Test
    void readsTheHeader() throws IOException {
        ModelFacts facts = ModelFactsReader.read("llama", llama().write(directory.resolve("llama.gguf")));
        assertThat(facts.estimated()).isFalse();
        assertThat(facts.parameters()).isEqualTo(4096L * 1024 + 4096);
        assertThat(facts.weightBytes()).isEqualTo(4096L * 1024 / 256 * 144 + 4096 * 4);
        assertThat(facts.weightFormat()).isEqualTo("Q4_K");
        assertThat(facts.attentionHeads()).isEqualTo(32);
        assertThat(facts.contextLengthTokens()).isEqualTo(131_072);
        // Llama 3.1 8B in 16 bit.
        assertThat(facts.cache().numbersPerToken(1) * 2).isEqualTo(131_072);
    }

    @Test
    void headsOfEachLayerAreAddedUp() throws IOException {
        Path file = new GgufBytes()
                .text("general.architecture", "mixed")
                .number("mixed.block_count", 4)
                .number("mixed.embedding_length", 1024)
                .numbers("mixed.attention.head_count", 8, 8, 8, 8)
                .numbers("mixed.attention.head_count_kv", 0, 2, 0, 2)
                .tensor("a", F32, 4, 1)
                .write(directory.resolve("mixed.gguf"));
        assertThat(ModelFactsReader.read("mixed", file).cache())
                .isEqualTo(new KeyValueCache.Heads(List.of(0, 2, 0, 2), 128, 128));
    }

    @Test
    void latentAttentionKeepsOneVectorALayer() throws IOException {
        Path file = new GgufBytes()
                .text("general.architecture", "deepseek2")
                .number("deepseek2.block_count", 61)
                .number("deepseek2.attention.head_count", 128)
                .number("deepseek2.attention.kv_lora_rank", 512)
                .number("deepseek2.attention.key_length_mla", 192)
                .number("deepseek2.rope.dimension_count", 64)
                .tensor("a", F32, 4, 1)
                .write(directory.resolve("deepseek.gguf"));
        assertThat(ModelFactsReader.read("deepseek", file).cache()).isEqualTo(new KeyValueCache.Latent(61, 512, 64));
    }

    @Test
    void filesOfOneModelAreAddedUpAndAMissingOneIsNamed() throws IOException {
        Path first = llama().write(directory.resolve("big-00001-of-00002.gguf"));
        Path second = directory.resolve("big-00002-of-00002.gguf");
        assertThatThrownBy(() -> ModelFactsReader.read("big", first))
                .isInstanceOf(SizingException.class)
                .hasMessageContaining(second + " is missing");
        new GgufBytes().tensor("more", F32, 4000, 1000).write(second);
        ModelFacts facts = ModelFactsReader.read("big", first);
        assertThat(facts.parameters()).isEqualTo(4096L * 1024 + 4096 + 1000);
        assertThat(facts.source()).contains("1 other files");
    }

    @Test
    void aFileThatIsCutOffIsRefused() throws IOException {
        Path file = llama().write(directory.resolve("cut.gguf"));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> ModelFactsReader.read("cut", file))
                .isInstanceOf(SizingException.class)
                .hasMessageContaining("cut off")
                .hasMessageContaining(file.toString());
    }

    @Test
    void lengthsThatNoFileHoldsAllocateNothing() throws IOException {
        for (long length : new long[] {-1, Long.MAX_VALUE, 1L << 40, Integer.MAX_VALUE}) {
            byte[] header = llama().header();
            // The length of the first key.
            ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(24, length);
            assertRefused(header);
            ByteBuffer counts = ByteBuffer.wrap(llama().header()).order(ByteOrder.LITTLE_ENDIAN);
            assertRefused(counts.putLong(8, length).array().clone());
            assertRefused(counts.putLong(16, length).array().clone());
        }
    }

    @Test
    void arraysWithinArraysAreBounded() throws IOException {
        byte[] start = Arrays.copyOf(new GgufBytes().number("a", 1).header(), 24 + 8 + 1);
        ByteBuffer nested = ByteBuffer.allocate(100_000).order(ByteOrder.LITTLE_ENDIAN);
        nested.put(start).putInt(9);
        while (nested.remaining() >= 12) {
            nested.putInt(9).putLong(1);
        }
        assertRefused(nested.array());
    }

    @Test
    void whateverTheBytesAreTheAnswerIsFactsOrARefusal() throws IOException {
        long seed = 20_261_127;
        SplittableRandom random = new SplittableRandom(seed);
        Path file = directory.resolve("fuzz.gguf");
        byte[] good = Files.readAllBytes(new GgufBytes()
                .text("general.architecture", "llama")
                .number("llama.block_count", 32)
                .number("llama.embedding_length", 4096)
                .number("llama.attention.head_count", 32)
                .numbers("llama.attention.head_count_kv", 8, 8)
                .texts("tokenizer.ggml.tokens", "a", "b", "c")
                .tensor("norm", F32, 64, 16)
                .write(file));
        int read = 0;
        int refused = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            if (round % 10 == 0) {
                bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
                System.arraycopy(good, 0, bytes, 0, Math.min(24, bytes.length));
            }
            for (int change = random.nextInt(4); change > 0 && bytes.length > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, bytes);
            try {
                assertThat(ModelFactsReader.read("fuzz", file).weightBytes()).isPositive();
                read++;
            } catch (SizingException e) {
                assertThat(e).as("seed %d round %d", seed, round).hasMessageContaining("fuzz");
                refused++;
            }
        }
        assertThat(read).as("seed %d: some are whole", seed).isPositive();
        assertThat(refused).as("seed %d: some are not", seed).isPositive();
    }

    private void assertRefused(byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve("refused.gguf"), bytes);
        assertThatThrownBy(() -> ModelFactsReader.read("refused", file))
                .isInstanceOf(SizingException.class)
                .hasMessageContaining(file.toString());
    }

    private static GgufBytes llama() {
        return new GgufBytes()
                .text("general.architecture", "llama")
                .number("llama.block_count", 32)
                .number("llama.context_length", 131_072)
                .number("llama.embedding_length", 4096)
                .number("llama.attention.head_count", 32)
                .number("llama.attention.head_count_kv", 8)
                .tensor("big", Q4_K, 4096 * 1024 / 256 * 144, 4096, 1024)
                .tensor("norm", F32, 4096 * 4, 4096);
    }
}
