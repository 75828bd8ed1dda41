package aifactory.inference.sizing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds out what there is to know of a model. Stateless; reads files, never the network. */
public final class ModelFactsReader {
    private ModelFactsReader() {}

    /**
     * The facts: of the files where there are any, else of the name.
     *
     * @param model as "meta-llama/Llama-3.1-8B-Instruct"
     * @param path a GGUF file, or a directory as Hugging Face has them; null when only the name is known
     * @throws SizingException when the files cannot be read, or the name tells no size
     */
    public static ModelFacts read(String model, @Nullable Path path) {
        if (path == null) {
            return ModelName.facts(model);
        }
        try {
            if (Files.isDirectory(path)) {
                return HuggingFaceDirectory.read(model, path);
            }
            if (!Files.isRegularFile(path)) {
                throw new SizingException("there is no model at " + path
                        + ": give a directory with a config.json or a .gguf file that this machine sees, or leave"
                        + " the path out to estimate from the name");
            }
            if (!path.toString().toLowerCase(Locale.ROOT).endsWith(".gguf")) {
                throw new SizingException(path
                        + " is neither a directory nor a .gguf file: give the directory that holds its config.json");
            }
            return GgufModel.read(model, path);
        } catch (IOException e) {
            throw new SizingException(
                    "model " + path + " cannot be read (" + e + "): check that it is whole and may be read", e);
        }
    }
}
