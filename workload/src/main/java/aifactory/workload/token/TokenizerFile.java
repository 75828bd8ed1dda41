package aifactory.workload.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A {@code tokenizer.json} as models bring it, run by Hugging Face's own library, so that it counts as the server does.
 * Nothing is fetched from anywhere.
 */
public final class TokenizerFile implements Tokenizer {
    private static final long LARGEST_BYTES = 256L << 20;
    /**
     * Where the library unpacks its native part; it takes the home directory otherwise, which a compute node may lack.
     */
    private static final String CACHE_DIRECTORY = "ENGINE_CACHE_DIR";

    private final HuggingFaceTokenizer tokenizer;

    private TokenizerFile(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * Reads a file.
     *
     * @throws TokenizerException names the file, what is wrong and the remedy
     */
    public static TokenizerFile open(Path path) throws TokenizerException {
        check(path);
        try {
            return new TokenizerFile(load(path));
        } catch (IOException | RuntimeException e) {
            throw new TokenizerException("tokenizer " + path + " cannot be used: " + firstLine(e)
                    + "; give the tokenizer.json of the model's own directory");
        } catch (LinkageError e) {
            throw new TokenizerException("tokenizer " + path + " cannot be used on this node: " + firstLine(e)
                    + "; leave it out, or run on Linux with x86-64 or ARM");
        }
    }

    /** The library answers a file that is no tokenizer with words that say little; these say more. */
    private static void check(Path path) throws TokenizerException {
        try {
            if (!Files.exists(path)) {
                throw new TokenizerException("tokenizer " + path + " does not exist on this node");
            }
            if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
                throw new TokenizerException("tokenizer " + path + " is not a file that can be read");
            }
            if (Files.size(path) > LARGEST_BYTES) {
                throw new TokenizerException(
                        "tokenizer " + path + " is larger than " + LARGEST_BYTES + " bytes: is it the right file?");
            }
            JsonNode root = JsonMapper.shared().readTree(path);
            if (!root.path("model").isObject()) {
                throw new TokenizerException("tokenizer " + path
                        + " has no model in it: give the tokenizer.json of the model, not its tokenizer_config.json");
            }
        } catch (IOException | JacksonException e) {
            throw new TokenizerException("tokenizer " + path + " is not JSON that can be read: " + firstLine(e));
        }
    }

    private static synchronized HuggingFaceTokenizer load(Path path) throws IOException {
        // The library would otherwise look for a download location on the network, and send usage data to its makers.
        System.setProperty("DJL_OFFLINE", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        boolean named = System.getenv(CACHE_DIRECTORY) != null || System.getProperty(CACHE_DIRECTORY) != null;
        if (named) {
            return newInstance(path);
        }
        Path unpacked = Files.createTempDirectory("aifactory-tokenizer-");
        System.setProperty(CACHE_DIRECTORY, unpacked.toString());
        try {
            return newInstance(path);
        } finally {
            System.clearProperty(CACHE_DIRECTORY);
            deleteAll(unpacked);
        }
    }

    private static HuggingFaceTokenizer newInstance(Path path) throws IOException {
        return HuggingFaceTokenizer.newInstance(
                path, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    }

    /** The native part stays in memory once it is loaded. */
    private static void deleteAll(Path directory) throws IOException {
        List<Path> entries;
        try (Stream<Path> tree = Files.walk(directory)) {
            entries = tree.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path entry : entries) {
            Files.deleteIfExists(entry);
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    }

    @Override
    public int count(String text) {
        // The library's own encode() also makes a string and a span of every token, which takes as long again as the
        // encoding.
        TokenizersLibrary library = TokenizersLibrary.LIB;
        long encoding = library.encode(tokenizer.getHandle(), text, false);
        try {
            return library.getTokenIds(encoding).length;
        } finally {
            library.deleteEncoding(encoding);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
