package aifactory.commandline.load;

import aifactory.commandline.configuration.YamlFile;
import aifactory.protocol.WorkloadRequest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** The keys of a workload as users write them: those of {@link WorkloadRequest}. */
final class WorkloadKeys {
    private static final List<String> KNOWN = Arrays.stream(WorkloadRequest.class.getRecordComponents())
            .map(component -> snakeCase(component.getName()))
            .toList();

    private WorkloadKeys() {}

    static List<String> known() {
        return KNOWN;
    }

    /** Refuses a key that is not known, naming the nearest. */
    static void requireKnown(Path path, ObjectNode workload) {
        workload.propertyNames().forEach(key -> YamlFile.requireKnown(path, "workload.", key, KNOWN));
    }

    /** Paths in a file are relative to the file, wherever the command is given. */
    static void resolvePaths(Path file, ObjectNode workload) {
        for (String key : List.of("api_key_file", "tokenizer_file", "dataset")) {
            resolvePath(file, workload, key);
        }
        if (workload.path("dataset") instanceof ObjectNode dataset) {
            resolvePath(file, dataset, "path");
        }
    }

    private static void resolvePath(Path file, ObjectNode node, String key) {
        String text = node.path(key).stringValue("");
        if (!text.isEmpty() && !text.startsWith("~")) {
            node.put(key, file.toAbsolutePath().resolveSibling(text).normalize().toString());
        }
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
