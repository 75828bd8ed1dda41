package aifactory.commandline.configuration;

import aifactory.commandline.failure.CommandFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A mapping within the configuration file. Errors in it are reported with the full name. */
record Section(Path file, String prefix, JsonNode node) {
    /** A section in which only these keys may stand. */
    Section(Path file, String prefix, JsonNode node, List<String> known) {
        this(file, prefix, node);
        String name = prefix.substring(0, prefix.length() - 1);
        mapping(file, name, node).keySet().forEach(key -> YamlFile.requireKnown(file, prefix, key, known));
    }

    static Map<String, JsonNode> mapping(Path file, String name, JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return Map.of();
        }
        if (!node.isObject()) {
            throw CommandFailure.wrongInput(
                    "'" + name + "' in " + file + " is not a mapping: write 'key: value' below it");
        }
        Map<String, JsonNode> entries = new LinkedHashMap<>();
        node.properties().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    Map<String, JsonNode> mapping(String key) {
        return mapping(file, prefix + key, node.path(key));
    }

    @Nullable
    String text(String key) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isValueNode()) {
            throw wrong(key, value, "give a text");
        }
        return value.asString();
    }

    @Nullable
    Path path(String key) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        if (!text.startsWith("/")) {
            throw wrong(key, node.path(key), "give an absolute path, which every node understands");
        }
        return Path.of(text);
    }

    @Nullable
    Integer number(String key) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(key, value, "give a whole number");
        }
        return value.asInt();
    }

    @Nullable
    Boolean flag(String key) {
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isBoolean()) {
            throw wrong(key, value, "give true or false");
        }
        return value.asBoolean();
    }

    List<String> texts(String key) {
        JsonNode value = node.path(key);
        List<String> texts = new ArrayList<>();
        if (value.isArray()) {
            for (JsonNode member : value) {
                if (!member.isValueNode()) {
                    throw wrong(key, value, "give a list of texts");
                }
                texts.add(member.asString());
            }
        } else if (!value.isMissingNode() && !value.isNull()) {
            texts.add(String.valueOf(text(key)));
        }
        return texts;
    }

    private CommandFailure wrong(String key, JsonNode value, String remedy) {
        return CommandFailure.wrongInput("'" + prefix + key + "' in " + file + " cannot be " + value + ": " + remedy);
    }
}
