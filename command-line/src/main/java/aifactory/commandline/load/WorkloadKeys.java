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

    /** Refuses a key that is not known, naming the nearest. */
    static void requireKnown(Path path, ObjectNode workload) {
        workload.propertyNames().forEach(key -> YamlFile.requireKnown(path, "workload.", key, KNOWN));
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
