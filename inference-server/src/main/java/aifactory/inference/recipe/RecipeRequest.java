package aifactory.inference.recipe;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A user's requirements for a server; only engine and model are mandatory.
 *
 * @param engine that serves
 * @param model its name, which clients ask for
 * @param modelPath its files; null to have the engine find the model by its name
 * @param gpusPerNode null for one
 * @param nodes null for one
 * @param tensorParallel GPUs that split each layer; null for all of a node, and what the layers are split over is what
 *      remains
 * @param maxModelLen tokens of a sequence at most; null for what the model was made for
 * @param maxNumSeqs sequences at once at most; null for the engine's own
 * @param gpuMemoryFraction share of a GPU's memory, above 0 and at most 1; null for the engine's own
 * @param extraArguments after all others, so that they win
 */
public record RecipeRequest(
        Engine engine,
        String model,
        @Nullable String modelPath,
        @Nullable Integer gpusPerNode,
        @Nullable Integer nodes,
        @Nullable Integer tensorParallel,
        @Nullable Integer maxModelLen,
        @Nullable Integer maxNumSeqs,
        @Nullable Double gpuMemoryFraction,
        List<String> extraArguments) {
    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}");
    private static final int MOST = 1_000_000_000;

    public RecipeRequest {
        extraArguments = List.copyOf(extraArguments);
        if (!MODEL.matcher(model).matches()) {
            throw new RecipeException("model is \"" + model
                    + "\": give a name of letters, digits and ._:/@+- that begins with a letter or digit, as"
                    + " meta-llama/Llama-3.1-8B-Instruct");
        }
        if (modelPath != null && (modelPath.isBlank() || modelPath.startsWith("-") || hasControl(modelPath))) {
            throw new RecipeException(
                    "the model's path is \"" + modelPath + "\": give the path of a directory or file");
        }
        check("gpus", gpusPerNode, 1024);
        check("nodes", nodes, 1024);
        check("tensor_parallel", tensorParallel, 65_536);
        check("max_model_len", maxModelLen, MOST);
        check("max_num_seqs", maxNumSeqs, 1_000_000);
        if (gpuMemoryFraction != null && !(gpuMemoryFraction > 0 && gpuMemoryFraction <= 1)) {
            throw new RecipeException(
                    "gpu_memory_fraction is " + gpuMemoryFraction + ": give a share above 0 and at most 1, as 0.9");
        }
        for (String argument : extraArguments) {
            if (hasControl(argument)) {
                throw new RecipeException("an extra argument has a control character in it: \""
                        + argument.replaceAll("\\p{Cntrl}", "?") + "\": give each argument as one item of a list");
            }
        }
    }

    /** By the model's name alone. */
    public static RecipeRequest of(Engine engine, String model) {
        return new RecipeRequest(engine, model, null, null, null, null, null, null, null, List.of());
    }

    private static void check(String name, @Nullable Integer value, int most) {
        if (value != null && (value < 1 || value > most)) {
            throw new RecipeException(name + " is " + value + ": give a whole number from 1 to " + most);
        }
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
