package aifactory.commandline.configuration;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads YAML files written by users; errors are reported with the position and the remedy. */
public final class YamlFile {
    private static final long LARGEST_BYTES = 1 << 20;
    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private YamlFile() {}

    /**
     * Reads a file whose root is a mapping.
     *
     * @param kind what the file is to the user, for instance {@code workload file}
     */
    public static JsonNode read(Path path, String kind) {
        String text = readText(path, kind);
        JsonNode root;
        try {
            root = MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw CommandFailure.wrongInput(kind + " " + path + YamlProblem.describe(e, text));
        }
        if (root.isMissingNode() || root.isNull()) {
            return MAPPER.createObjectNode();
        }
        if (!root.isObject()) {
            throw CommandFailure.wrongInput(
                    kind + " " + path + " is not a mapping of keys to values: write lines of the form 'key: value'");
        }
        return root;
    }

    /** Refuses a key that is not among the known ones, naming the nearest. */
    public static void requireKnown(Path path, String parent, String key, Collection<String> known) {
        if (!known.contains(key)) {
            String remedy = NearestName.of(key, known)
                    .map(near -> "did you mean '" + parent + near + "'?")
                    .orElse("known are " + String.join(", ", known));
            throw CommandFailure.wrongInput("unknown key '" + parent + key + "' in " + path + ": " + remedy);
        }
    }

    private static String readText(Path path, String kind) {
        try {
            if (Files.isDirectory(path)) {
                throw CommandFailure.wrongInput(kind + " " + path + " is a directory: name a file");
            }
            if (Files.size(path) > LARGEST_BYTES) {
                throw CommandFailure.wrongInput(
                        kind + " " + path + " is larger than " + LARGEST_BYTES + " bytes: is it the right file?");
            }
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw CommandFailure.wrongInput(kind + " " + path + " does not exist");
        } catch (IOException e) {
            throw CommandFailure.wrongInput("cannot read " + kind + " " + path + ": " + e.getMessage());
        }
    }
}
