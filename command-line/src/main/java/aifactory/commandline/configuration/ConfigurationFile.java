package aifactory.commandline.configuration;

import aifactory.commandline.failure.CommandFailure;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The configuration file: one YAML mapping from key to value, a list where a key takes several, and two separate
 * sections.
 *
 * @param profiles what jobs ask of the cluster, by name
 * @param slurm what a site has decided about jobs
 * @param webhooks URLs that may be called, by name
 */
record ConfigurationFile(
        Path path, Map<ConfigurationKey, String> values, JsonNode profiles, JsonNode slurm, JsonNode webhooks) {
    static final String WEBHOOKS = "webhooks";

    private static final List<String> SECTIONS =
            List.of(SlurmConfiguration.PROFILES, SlurmConfiguration.SECTION, WEBHOOKS);
    private static final List<String> KNOWN = Stream.concat(
                    Arrays.stream(ConfigurationKey.values()).map(ConfigurationKey::fileName), SECTIONS.stream())
            .toList();

    /** The file that says nothing. */
    static ConfigurationFile empty(Path path) {
        return new ConfigurationFile(
                path, Map.of(), MissingNode.getInstance(), MissingNode.getInstance(), MissingNode.getInstance());
    }

    ConfigurationFile {
        values = Map.copyOf(values);
    }

    /** Reads the file; an unknown key or a value that is not plain is wrong input. */
    static ConfigurationFile read(Path path) {
        JsonNode root = YamlFile.read(path, "configuration file");
        Map<ConfigurationKey, String> values = new EnumMap<>(ConfigurationKey.class);
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            YamlFile.requireKnown(path, "", entry.getKey(), KNOWN);
            if (SECTIONS.contains(entry.getKey())) {
                continue;
            }
            ConfigurationKey key = Arrays.stream(ConfigurationKey.values())
                    .filter(candidate -> candidate.fileName().equals(entry.getKey()))
                    .findFirst()
                    .orElseThrow();
            values.put(key, text(path, entry.getKey(), entry.getValue()));
        }
        return new ConfigurationFile(
                path,
                values,
                root.path(SlurmConfiguration.PROFILES),
                root.path(SlurmConfiguration.SECTION),
                root.path(WEBHOOKS));
    }

    private static String text(Path path, String key, JsonNode value) {
        if (value.isArray() && !value.isEmpty()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(member -> text(path, key, member))
                    .collect(Collectors.joining(","));
        }
        if (value.isValueNode() && !value.isNull()) {
            return value.asString();
        }
        throw CommandFailure.wrongInput(
                "the value of '" + key + "' in " + path + " is not plain: give a text, a number or a list of them");
    }
}
