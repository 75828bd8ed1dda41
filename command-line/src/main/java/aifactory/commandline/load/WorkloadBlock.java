package aifactory.commandline.load;

import aifactory.commandline.configuration.YamlFile;
import aifactory.workload.key.KeyType;
import aifactory.workload.key.WorkloadKey;
import aifactory.workload.key.WorkloadKeys;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The {@code workload} of a benchmark file, with the keys of {@link WorkloadKeys}. */
final class WorkloadBlock {
    private WorkloadBlock() {}

    static List<String> knownKeys() {
        return WorkloadKeys.namesOf("");
    }

    /** Refuses a key that is not known, naming the nearest. */
    static void requireKnown(Path path, ObjectNode workload) {
        workload.propertyNames().forEach(key -> YamlFile.requireKnown(path, "workload.", key, knownKeys()));
    }

    /** Paths in a file are relative to the file, independent of the working directory. */
    static void resolvePaths(Path file, ObjectNode workload) {
        for (WorkloadKey<?> key : WorkloadKeys.all()) {
            if (key.type() == KeyType.FILE) {
                int dot = key.name().indexOf('.');
                if (dot < 0) {
                    resolvePath(file, workload, key.name());
                } else if (workload.path(key.name().substring(0, dot)) instanceof ObjectNode mapping) {
                    resolvePath(file, mapping, key.name().substring(dot + 1));
                }
            }
        }
    }

    private static void resolvePath(Path file, ObjectNode node, String key) {
        String text = node.path(key).stringValue("");
        if (!text.isEmpty() && !text.startsWith("~")) {
            node.put(key, file.toAbsolutePath().resolveSibling(text).normalize().toString());
        }
    }
}
