package aifactory.inference.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HuggingFaceDirectoryTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void llama31With8BillionKeeps131072BytesAToken() throws IOException {
        ModelFacts facts = llama31();
        assertThat(facts.weightBytes()).isEqualTo(16_060_522_496L);
        assertThat(facts.parameters()).isEqualTo(8_030_261_248L);
        assertThat(facts.bytesPerParameter()).isEqualTo(2.0);
        assertThat(facts.contextLengthTokens()).isEqualTo(131_072);
        assertThat(facts.cache().numbersPerToken(1) * 2).isEqualTo(131_072);
        assertThat(facts.cache().numbersPerToken(8) * 2).isEqualTo(16_384);
        // 16 GPUs for 8 heads: each head is kept twice.
        assertThat(facts.cache().numbersPerToken(16) * 2).isEqualTo(16_384);
        assertThat(facts.estimated()).isFalse();
    }

    @Test
    void qwen25With7BillionHasFourKeyValueHeads() throws IOException {
        ModelFacts facts = read("""
                {"num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4, "hidden_size": 3584,
                 "max_position_embeddings": 32768, "torch_dtype": "bfloat16"}
                """, 15_231_233_024L);
        assertThat(facts.cache().numbersPerToken(1) * 2).isEqualTo(57_344);
        assertThat(facts.parameters()).isEqualTo(7_615_616_512L);
    }

    @Test
    void deepSeekV3KeepsALatentVectorThatTensorParallelismDoesNotSplit() throws IOException {
        ModelFacts facts = read("""
                {"num_hidden_layers": 61, "num_attention_heads": 128, "num_key_value_heads": 128, "hidden_size": 7168,
                 "kv_lora_rank": 512, "qk_rope_head_dim": 64, "v_head_dim": 128, "torch_dtype": "bfloat16",
                 "quantization_config": {"quant_method": "fp8"}, "max_position_embeddings": 163840}
                """, 688_586_727_753L);
        assertThat(facts.cache().numbersPerToken(1) * 2).isEqualTo(70_272);
        assertThat(facts.cache().numbersPerToken(8) * 2).isEqualTo(70_272);
        assertThat(facts.weightFormat()).isEqualTo("fp8");
        assertThat(facts.parameters()).isNull();
    }

    @Test
    void modelsThatSeeHaveTheirTextApart() throws IOException {
        ModelFacts facts = read("""
                {"torch_dtype": "bfloat16", "text_config": {"num_hidden_layers": 34, "num_attention_heads": 8,
                 "num_key_value_heads": 4, "head_dim": 256, "hidden_size": 2560}}
                """, 8_600_000_000L);
        assertThat(facts.cache().numbersPerToken(1)).isEqualTo(2L * 34 * 4 * 256);
    }

    @Test
    void layersOfLinearAttentionKeepNothingThatGrows() throws IOException {
        ModelFacts facts = read("""
                {"num_hidden_layers": 4, "num_attention_heads": 16, "num_key_value_heads": 2, "head_dim": 256, "dtype": "bfloat16",
                 "layer_types": ["linear_attention", "linear_attention", "linear_attention", "full_attention"]}
                """, 1_000_000L);
        assertThat(facts.cache().numbersPerToken(1)).isEqualTo(2L * 2 * 256);
    }

    @Test
    void withoutAnIndexTheFilesAreAddedUp() throws IOException {
        config("{\"num_hidden_layers\": 12, \"n_head\": 12, \"n_embd\": 768, \"torch_dtype\": \"float32\"}");
        sized("model-00001-of-00002.safetensors", 3_000_000);
        sized("model-00002-of-00002.safetensors", 1_000_000);
        sized("consolidated.safetensors", 9_000_000);
        sized("pytorch_model.bin", 4_000_000);
        ModelFacts facts = ModelFactsReader.read("gpt", directory);
        assertThat(facts.weightBytes()).isEqualTo(4_000_000);
        assertThat(facts.parameters()).isEqualTo(1_000_000);
        assertThat(facts.notes()).anyMatch(note -> note.contains("float32"));
        assertThat(facts.cache().numbersPerToken(1)).isEqualTo(2L * 12 * 12 * 64);
    }

    @Test
    void whatIsNotInTheConfigIsUnknownAndSaid() throws IOException {
        ModelFacts facts = read("{\"num_hidden_layers\": -3, \"hidden_size\": 1e300}", 1000);
        assertThat(facts.cache()).isInstanceOf(KeyValueCache.Unknown.class);
        assertThat(String.join(
                        "\n",
                        MemorySizing.smallest(facts, GpuMemory.of(80L << 30, 0.9, 4), null)
                                .explanation()))
                .contains("KV cache: unknown, config.json has no usable num_hidden_layers")
                .contains("fits, as far as the weights go");
    }

    @Test
    void refusalsNameFileAndRemedy() throws IOException {
        assertRefused("no config.json in", "give the directory");
        config("{");
        assertRefused("is not JSON", "copy it again");
        config("[]");
        assertRefused("there are no weights in", "copy its .safetensors");
        config("[".repeat(100_000));
        assertRefused("is not JSON", "copy it again");
        assertThatThrownBy(() -> ModelFactsReader.read("x", directory.resolve("absent")))
                .isInstanceOf(SizingException.class)
                .hasMessageContaining("there is no model at")
                .hasMessageContaining("leave the path out");
        assertThatThrownBy(() -> ModelFactsReader.read("x", directory.resolve("config.json")))
                .isInstanceOf(SizingException.class)
                .hasMessageContaining("neither a directory nor a .gguf file");
    }

    private void assertRefused(String what, String remedy) {
        assertThatThrownBy(() -> ModelFactsReader.read("x", directory))
                .isInstanceOf(SizingException.class)
                .hasMessageContaining(what)
                .hasMessageContaining(remedy)
                .hasMessageContaining(directory.toString());
    }

    private ModelFacts llama31() throws IOException {
        return read("""
                {"num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "hidden_size": 4096,
                 "max_position_embeddings": 131072, "torch_dtype": "bfloat16"}
                """, 16_060_522_496L);
    }

    private ModelFacts read(String config, long totalSize) throws IOException {
        config(config);
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                "{\"metadata\": {\"total_size\": %d}, \"weight_map\": {}}".formatted(totalSize));
        return ModelFactsReader.read("model", directory);
    }

    private void config(String text) throws IOException {
        Files.writeString(directory.resolve("config.json"), text);
    }

    private void sized(String name, long bytes) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve(name).toFile(), "rw")) {
            file.setLength(bytes);
        }
    }
}
