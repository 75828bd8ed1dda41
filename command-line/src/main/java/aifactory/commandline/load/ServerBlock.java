package aifactory.commandline.load;

import aifactory.commandline.configuration.YamlFile;
import aifactory.commandline.failure.CommandFailure;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.ServerRequest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Reads the {@code server} block of a benchmark file; what its values mean is for the service to judge. Stateless. */
final class ServerBlock {
    /** In the order of the documentation. */
    static final List<String> KEYS = Arrays.stream(ServerRequest.class.getRecordComponents())
            .map(component -> component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
            .toList();

    private ServerBlock() {}

    /** @return null for a file without the block */
    static @Nullable ServerRequest read(Path path, JsonNode node) {
        if (node.isMissingNode()) {
            return null;
        }
        if (!(node instanceof ObjectNode given)) {
            throw CommandFailure.wrongInput("'server' in " + path + " cannot be " + node
                    + ": give a mapping, such as {command: [llama-server, --port, '{port}'], port: 8080}");
        }
        given.propertyNames().forEach(key -> YamlFile.requireKnown(path, "server.", key, KEYS));
        ObjectNode block = given.deepCopy();
        if (block.path("command").isString()) {
            throw CommandFailure.wrongInput("'server.command' in " + path
                    + " is one text: give its words as a list, no shell reads them: [llama-server, --port, '{port}']");
        }
        Path parent = path.toAbsolutePath().getParent();
        if (block.path("container").isString() && parent != null) {
            block.put(
                    "container",
                    parent.resolve(block.path("container").asString())
                            .normalize()
                            .toString());
        }
        numbersAsTexts(block.path("command"));
        try {
            return JsonFormat.mapper().treeToValue(block, ServerRequest.class);
        } catch (DatabindException e) {
            String where = e.getPath().stream()
                    .map(step -> step.getPropertyName() == null ? "" : "." + step.getPropertyName())
                    .reduce("", String::concat);
            throw CommandFailure.wrongInput("'server" + where + "' in " + path + ": " + firstLine(e));
        } catch (JacksonException e) {
            throw CommandFailure.wrongInput("'server' in " + path + ": " + firstLine(e));
        }
    }

    /** {@code -c 2048} is two words on a command line, regardless of how YAML parses the second. */
    private static void numbersAsTexts(JsonNode command) {
        if (command instanceof ArrayNode words) {
            for (int word = 0; word < words.size(); word++) {
                if (words.get(word).isNumber()) {
                    words.set(word, StringNode.valueOf(words.get(word).asString()));
                }
            }
        }
    }

    private static String firstLine(JacksonException e) {
        return String.valueOf(e.getOriginalMessage())
                .lines()
                .findFirst()
                .orElse("it cannot be read")
                .replaceFirst(" \\(but (might|could).*", "")
                .replace("`java.lang.Integer`", "whole number")
                .replace("`java.lang.Double`", "number")
                .replace("`java.lang.String`", "text");
    }
}
