package aifactory.inference.sizing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The facts of a model in a Hugging Face directory: config.json next to the weights. */
final class HuggingFaceDirectory {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .build())
            .build();
    private static final long MOST_JSON_BYTES = 64L << 20;
    private static final int MOST_FILES = 10_000;
    private static final List<String> INDEXES = List.of("model.safetensors.index.json", "pytorch_model.bin.index.json");

    private HuggingFaceDirectory() {}

    static ModelFacts read(String model, Path directory) throws IOException {
        if (!Files.isRegularFile(directory.resolve("config.json"))) {
            throw new SizingException("there is no config.json in " + directory
                    + ": give the directory of a model as Hugging Face has them, in its cache that below snapshots/");
        }
        ModelConfig config = new ModelConfig(json(directory.resolve("config.json")));
        Weights weights = weights(directory);
        List<String> notes = new ArrayList<>();
        if (config.storageBits() == 32) {
            notes.add("vLLM and SGLang load float32 weights in 16 bit unless configured otherwise, which takes half of"
                    + " this");
        }
        return new ModelFacts(
                model,
                "config.json and " + weights.source + " of " + directory,
                false,
                config.isQuantized() ? null : (Long) (weights.bytes * 8 / config.storageBits()),
                config.weightFormat(),
                weights.bytes,
                config.attentionHeads(),
                config.contextLengthTokens(),
                config.cache(),
                notes);
    }

    private static Weights weights(Path directory) throws IOException {
        for (String index : INDEXES) {
            if (Files.isRegularFile(directory.resolve(index))) {
                JsonNode total = json(directory.resolve(index)).path("metadata").path("total_size");
                if (total.isNumber() && total.asDouble() >= 1 && total.asDouble() < 1e18) {
                    return new Weights(total.asLong(), "the total_size of " + index);
                }
            }
        }
        for (String suffix : List.of(".safetensors", ".bin")) {
            long bytes = filesBytes(directory, suffix);
            if (bytes > 0) {
                return new Weights(bytes, "the sizes of the " + suffix + " files");
            }
        }
        throw new SizingException("there are no weights in " + directory
                + ": copy its .safetensors files there, or leave the path out to estimate from the name");
    }

    /** Only the model's main files: weight files next to them are the same weights for another program. */
    private static long filesBytes(Path directory, String suffix) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.limit(MOST_FILES).toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(suffix)
                        && (name.startsWith("model") || name.startsWith("pytorch_model"))
                        && Files.isRegularFile(file)) {
                    bytes += Files.size(file);
                }
            }
        }
        return bytes;
    }

    private static JsonNode json(Path file) throws IOException {
        if (Files.size(file) > MOST_JSON_BYTES) {
            throw new SizingException(file + " has " + Files.size(file) + " bytes, at most " + MOST_JSON_BYTES
                    + " are read: check that it is a model's");
        }
        try (InputStream stream = Files.newInputStream(file)) {
            return MAPPER.readTree(stream);
        } catch (JacksonException e) {
            throw new SizingException(
                    file + " is not JSON (" + e.getOriginalMessage() + "): copy it again from where it was published",
                    e);
        }
    }

    private record Weights(long bytes, String source) {}
}
