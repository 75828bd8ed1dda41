package aifactory.inference.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.inference.sizing.Layout;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecipesTest {
    private static final String LLAMA = "meta-llama/Llama-3.1-8B-Instruct";

    @Test
    void vllmByNameAlone() {
        Recipe recipe = Recipes.of(RecipeRequest.of(Engine.VLLM, LLAMA));
        assertThat(at(recipe, 0))
                .isEqualTo("vllm serve " + LLAMA + " --host 0.0.0.0 --port 8000 --served-model-name " + LLAMA
                        + " --tensor-parallel-size 1 --pipeline-parallel-size 1");
        assertThat(recipe.healthPath()).isEqualTo("/health");
        assertThat(recipe.servedModelName()).isEqualTo(LLAMA);
    }

    @Test
    void vllmOnSeveralNodesSplitsLayersOverThemAndHasOneThatAnswers() {
        Recipe recipe = Recipes.of(new RecipeRequest(
                Engine.VLLM, LLAMA, "/models/llama", 4, 2, null, 8192, 64, 0.85, List.of("--enable-prefix-caching")));
        String common = "vllm serve " + LLAMA + " --host 0.0.0.0 --port 8000 --served-model-name " + LLAMA
                + " --tensor-parallel-size 4 --pipeline-parallel-size 2 --max-model-len 8192 --max-num-seqs 64"
                + " --gpu-memory-utilization 0.85 --distributed-executor-backend mp --nnodes 2 --node-rank %d"
                + " --master-addr mel1001 --master-port 29501 --enable-prefix-caching";
        assertThat(at(recipe, 0)).isEqualTo(common.formatted(0));
        assertThat(at(recipe, 1)).isEqualTo(common.formatted(1) + " --headless");
        assertThat(recipe.layout()).isEqualTo(new Layout(4, 2));
    }

    @Test
    void sglangOnSeveralNodesSplitsEachLayerOverAll() {
        Recipe recipe = Recipes.of(new RecipeRequest(Engine.SGLANG, LLAMA, null, 4, 2, null, 8192, 64, 0.8, List.of()));
        assertThat(at(recipe, 1))
                .isEqualTo("python3 -m sglang.launch_server --model-path " + LLAMA
                        + " --host 0.0.0.0 --port 8000 --served-model-name " + LLAMA
                        + " --tp-size 8 --context-length 8192 --max-running-requests 64 --mem-fraction-static 0.8"
                        + " --nnodes 2 --node-rank 1 --dist-init-addr mel1001:29501 --enable-metrics");
        Recipe pipelined =
                Recipes.of(new RecipeRequest(Engine.SGLANG, LLAMA, null, 4, 2, 4, null, null, null, List.of()));
        assertThat(pipelined.command()).containsSequence("--tp-size", "4", "--pp-size", "2");
        assertThat(at(Recipes.of(RecipeRequest.of(Engine.SGLANG, LLAMA)), 0)).doesNotContain("--nnodes");
    }

    @Test
    void llamaCppHasOnePoolForAllSlots() {
        Recipe recipe = Recipes.of(new RecipeRequest(
                Engine.LLAMA_CPP,
                "tiny",
                "/models/tiny.gguf",
                null,
                null,
                null,
                4096,
                8,
                null,
                List.of("--threads", "4")));
        assertThat(String.join(" ", recipe.commandFor("/models/tiny.gguf", "0.0.0.0", 8000, 0, "mel1001", 1)))
                .isEqualTo("llama-server -m /models/tiny.gguf --host 0.0.0.0 --port 8000 --alias tiny -np 8 -c 32768"
                        + " -ngl all --metrics --threads 4");
        Recipe one = Recipes.of(
                new RecipeRequest(Engine.LLAMA_CPP, "tiny", "/m.gguf", null, null, null, 4096, null, null, List.of()));
        assertThat(one.command()).containsSequence("-c", "4096", "-np", "1");
    }

    @Test
    void valuesAreFilledInOnceAndOtherBracesStay() {
        Recipe recipe = Recipes.of(new RecipeRequest(
                Engine.VLLM,
                LLAMA,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of("--override", "{\"rope\": {port}}", "{unknown}")));
        assertThat(recipe.commandFor("{port}", "::", 8000, 0, "h", 1))
                .contains("{port}", "{\"rope\": 8000}", "{unknown}");
    }

    @Test
    void whatCannotBeIsRefusedWithValueAndRemedy() {
        assertRefused(request(Engine.VLLM, null, 4, 2, 3), "tensor_parallel is 3", "8 GPUs", "divisor of 8");
        assertRefused(request(Engine.SGLANG, null, 1, 1, 2), "tensor_parallel is 2", "1 nodes x 1 GPUs");
        assertRefused(request(Engine.LLAMA_CPP, null, 1, 1, null), "needs the file of " + LLAMA, ".gguf");
        assertRefused(request(Engine.LLAMA_CPP, "/m.gguf", 1, 2, null), "nodes is 2", "replicas");
        assertRefused(request(Engine.LLAMA_CPP, "/m.gguf", 2, 1, 2), "tensor_parallel is 2", "gpus instead");
        assertRefused(
                () -> Recipes.of(
                        new RecipeRequest(Engine.LLAMA_CPP, LLAMA, "/m", null, null, null, null, null, 0.8, List.of())),
                "gpu_memory_fraction is 0.8",
                "leave it out");
        assertRefused(
                () -> Recipes.of(new RecipeRequest(
                        Engine.LLAMA_CPP, LLAMA, "/m", null, null, null, 1_000_000, 100_000, null, List.of())),
                "max_model_len 1000000",
                "max_num_seqs 100000",
                "lower one");
        assertRefused(() -> fraction(1.5), "gpu_memory_fraction is 1.5", "as 0.9");
        assertRefused(() -> fraction(Double.NaN), "gpu_memory_fraction is NaN");
        assertRefused(() -> Engine.of("tgi"), "engine tgi", "vllm, sglang, llama.cpp");
        assertRefused(request(Engine.VLLM, null, 0, 1, null), "gpus is 0", "1 to 1024");
        assertRefused(request(Engine.VLLM, "-x", 1, 1, null), "\"-x\"", "path");
        Recipe two = Recipes.of(new RecipeRequest(Engine.VLLM, LLAMA, null, 1, 2, null, null, null, null, List.of()));
        assertRefused(() -> two.commandFor("m", "h", 8000, 2, "a", 1), "node rank 2", "0 to 1");
        assertRefused(() -> two.commandFor("m", "h", 8000, 1, "a", 8000), "port 8000 is both");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-rf", "--host", "a b", "$(x)", "a\nb", "é"})
    void namesThatAreNoNamesAreRefused(String model) {
        assertRefused(() -> RecipeRequest.of(Engine.VLLM, model), "model is \"", "as meta-llama/");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void everyRecipeUsesAllItsGpusAndLeavesNoPlaceholder(Engine engine) {
        assertThat(Engine.of(engine.label().toUpperCase(java.util.Locale.ROOT))).isEqualTo(engine);
        long seed = 20_261_127;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            int nodes = engine == Engine.LLAMA_CPP ? 1 : 1 + random.nextInt(6);
            int gpus = 1 + random.nextInt(8);
            Recipe recipe = Recipes.of(request(engine, "/m.gguf", gpus, nodes));
            assertThat(recipe.layout().gpus()).as("seed %d", seed).isEqualTo(nodes * gpus);
            assertThat(recipe.layout().nodes(gpus)).isEqualTo(recipe.nodes()).isEqualTo(nodes);
            for (int rank = 0; rank < nodes; rank++) {
                assertThat(recipe.commandFor("m", "0.0.0.0", 8000, rank, "mel1001", 29501))
                        .noneMatch(argument -> argument.contains("{"));
            }
        }
    }

    private static RecipeRequest request(Engine engine, String path, int gpus, int nodes) {
        return new RecipeRequest(engine, LLAMA, path, gpus, nodes, null, null, null, null, List.of());
    }

    private static org.assertj.core.api.ThrowableAssert.ThrowingCallable request(
            Engine engine, @Nullable String path, int gpus, int nodes, @Nullable Integer tensorParallel) {
        return () -> Recipes.of(
                new RecipeRequest(engine, LLAMA, path, gpus, nodes, tensorParallel, null, null, null, List.of()));
    }

    private static void fraction(double fraction) {
        Recipes.of(new RecipeRequest(Engine.VLLM, LLAMA, null, null, null, null, null, null, fraction, List.of()));
    }

    private static String at(Recipe recipe, int rank) {
        return String.join(" ", recipe.commandFor(LLAMA, "0.0.0.0", 8000, rank, "mel1001", 29501));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(RecipeException.class).hasMessageContainingAll(parts);
    }
}
