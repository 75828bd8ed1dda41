package aifactory.inference.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelNameTest {
    @ParameterizedTest
    @CsvSource({
        "meta-llama/Llama-3.1-8B-Instruct, 8e9, 16e9",
        "llama-2-70b, 70e9, 140e9",
        "Qwen/Qwen2.5-0.5B, 0.5e9, 1e9",
        "mistralai/Mixtral-8x7B-v0.1, 56e9, 112e9",
        "Qwen/Qwen3-30B-A3B, 30e9, 60e9",
        "Qwen2.5-7B-Instruct-1M, 7e9, 14e9",
        "facebook/opt-125m, 0.125e9, 0.25e9",
        "Llama-3.1-70B-Instruct-AWQ, 70e9, 35e9",
        "Llama-3.1-405B-FP8, 405e9, 405e9",
        "Llama-3-8B-bnb-4bit, 8e9, 4e9",
        "Meta-Llama-3-8B-Q4_K_M.gguf, 8e9, 4.5e9",
        "Meta-Llama-3-8B.Q8_0.gguf, 8e9, 8.5e9",
        "tiny-1B-F32, 1e9, 4e9",
    })
    void theCountInTheNameIsTheEstimate(String name, double parameters, double bytes) {
        ModelFacts facts = ModelFactsReader.read(name, null);
        assertThat(facts.parameters()).isEqualTo((long) parameters);
        assertThat(facts.weightBytes()).isEqualTo((long) bytes);
        assertThat(facts.estimated()).isTrue();
        assertThat(facts.cache()).isInstanceOf(KeyValueCache.Unknown.class);
        assertThat(facts.notes().getFirst()).contains("estimated from the name alone");
    }

    @Test
    void expertsShareAndEmbeddingsStayLarge() {
        assertThat(ModelFactsReader.read("Mixtral-8x7B-GPTQ", null).notes())
                .anyMatch(note -> note.contains("8x7b is at most"))
                .anyMatch(note -> note.contains("larger than this"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"deepseek-ai/DeepSeek-V3", "gemma-3n-E4B", "Llama-4-Scout-17B-16E", "", "0B", "gpt-4", "v8Bee"})
    void namesThatTellNoSizeAreRefused(String name) {
        assertThatThrownBy(() -> ModelFactsReader.read(name, null))
                .isInstanceOf(SizingException.class)
                .hasMessageContaining("the name " + name)
                .hasMessageContaining("give the path of its files");
    }
}
