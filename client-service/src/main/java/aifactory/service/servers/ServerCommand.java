package aifactory.service.servers;

import static aifactory.service.servers.ServerPlanner.refused;

import aifactory.inference.recipe.Engine;
import aifactory.inference.recipe.Recipe;
import aifactory.inference.recipe.RecipeException;
import aifactory.inference.recipe.RecipeRequest;
import aifactory.inference.recipe.Recipes;
import aifactory.protocol.Placeholders;
import aifactory.protocol.ServerRequest;
import aifactory.service.redaction.Redaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes the words of a server's command out of what a {@code server} block says. Stateless. */
final class ServerCommand {
    /** What only the node knows; the server process puts it in. */
    private static final Set<String> OF_THE_NODE =
            Set.of("port", "host", "replica", "node_rank", "nodes", "head_address", "headless");

    /** Names that mean the same for every recipe. */
    private static final Set<String> OF_RECIPES = Set.of("tensor_parallel", "max_model_len", "max_num_seqs");

    /** Where the nodes of one server find each other. */
    private static final int HEAD_PORT = 29_501;

    private static final int MOST_WORDS = 500;
    private static final int MOST_ARGUMENTS = 100;
    private static final int LONGEST_TEXT = 4_000;

    private ServerCommand() {}

    /**
     * A command and what goes with it.
     *
     * @param arguments that it has, by name
     * @param healthPath null where the command's maker does not know
     */
    record Made(
            List<String> command,
            Map<String, Object> arguments,
            Map<String, String> environment,
            int nodes,
            int gpus,
            @Nullable String healthPath) {}

    static Made of(ServerRequest request) {
        if (request.recipe() != null) {
            return ofRecipe(request, request.recipe());
        }
        List<String> words = request.command();
        if (words == null || words.isEmpty()) {
            throw refused(
                    "server.command",
                    (request.container() == null ? "there is no command to start" : "a container without a command")
                            + ": give the server's command as a list of words, or a recipe and a model");
        }
        if (words.size() > MOST_WORDS) {
            throw refused("server.command", words.size() + " words: give at most " + MOST_WORDS);
        }
        words.forEach(word -> checkText("server.command", word, LONGEST_TEXT));
        Map<String, Object> arguments = arguments(request.arguments());
        return new Made(fill(request, words, arguments), arguments, Map.of(), 1, 0, null);
    }

    private static Made ofRecipe(ServerRequest request, String engine) {
        if (request.command() != null) {
            throw refused("server.command", "a recipe defines the command: omit one of them");
        }
        if (request.model() == null) {
            throw refused("server.model", "the recipe " + shorten(engine) + " starts a server for a model: name it");
        }
        checkText("server.model", request.model(), LONGEST_TEXT);
        Map<String, Object> arguments = arguments(request.arguments());
        int perNode = Math.max(1, request.replicasPerNode() == null ? 1 : request.replicasPerNode());
        Map<String, Object> others = new TreeMap<>(arguments);
        others.keySet().removeAll(OF_RECIPES);
        List<String> extra = new ArrayList<>();
        others.forEach((name, value) -> append(extra, name, value));
        boolean isPath = request.model().startsWith("/") || request.model().startsWith(".");
        boolean withoutGpus = Integer.valueOf(0).equals(request.gpus());
        try {
            Recipe recipe = Recipes.of(new RecipeRequest(
                    Engine.of(shorten(engine)),
                    isPath ? nameOf(request.model()) : request.model(),
                    isPath ? request.model() : null,
                    gpusOfEach(request, arguments, perNode),
                    request.nodes(),
                    whole(arguments, "tensor_parallel"),
                    whole(arguments, "max_model_len"),
                    whole(arguments, "max_num_seqs"),
                    request.gpuMemoryFraction(),
                    extra));
            return new Made(
                    command(recipe, request.model()),
                    arguments,
                    recipe.environment(),
                    recipe.nodes(),
                    withoutGpus ? 0 : recipe.gpusPerNode() * perNode,
                    recipe.healthPath());
        } catch (RecipeException e) {
            throw refused("server.recipe", String.valueOf(e.getMessage()));
        }
    }

    /** Those that are asked for, else enough for the tensor parallelism; null for the recipe's own choice. */
    private static @Nullable Integer gpusOfEach(ServerRequest request, Map<String, Object> arguments, int perNode) {
        Integer asked = request.gpus();
        if (asked != null && asked > 0) {
            return asked / perNode;
        }
        Integer tensorParallel = whole(arguments, "tensor_parallel");
        if (tensorParallel == null) {
            return null;
        }
        int nodes = request.nodes() == null ? 1 : Math.max(1, request.nodes());
        return Math.ceilDiv(tensorParallel, nodes);
    }

    private static List<String> command(Recipe recipe, String model) {
        List<String> command = new ArrayList<>();
        for (String word : recipe.command()) {
            command.add(word.equals("{model}") ? model : word.replace("{head_port}", Integer.toString(HEAD_PORT)));
        }
        if (!recipe.workerArguments().isEmpty()) {
            command.add("{headless}");
        }
        return List.copyOf(command);
    }

    /** {@code /models/Llama-3.1-8B.gguf} is called {@code Llama-3.1-8B}. */
    private static String nameOf(String path) {
        Path name = Path.of(path).getFileName();
        return name == null ? path : name.toString().replaceFirst("\\.gguf$", "");
    }

    private static @Nullable Integer whole(Map<String, Object> arguments, String name) {
        Object value = arguments.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Number number
                && number.longValue() == number.doubleValue()
                && number.longValue() > 0
                && number.longValue() <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw refused("server.arguments." + name, shorten(value.toString()) + " is no whole number greater than 0");
    }

    private static Map<String, Object> arguments(@Nullable Map<String, Object> asked) {
        Map<String, Object> arguments = new TreeMap<>(asked == null ? Map.of() : asked);
        if (arguments.size() > MOST_ARGUMENTS) {
            throw refused("server.arguments", arguments.size() + " arguments: give at most " + MOST_ARGUMENTS);
        }
        arguments.forEach((name, value) -> {
            if (!name.matches("[A-Za-z][A-Za-z0-9_-]{0,63}")) {
                throw refused("server.arguments", "'" + shorten(name) + "' is no name of an argument");
            }
            if (OF_THE_NODE.contains(name)) {
                throw refused(
                        "server.arguments." + name,
                        "{" + name + "} is filled in on the node: "
                                + (name.equals("port") || name.equals("nodes")
                                        ? "give it as server." + name
                                        : "leave the argument out, and write {" + name + "} into server.command"));
            }
            boolean plain = value instanceof String || value instanceof Number || value instanceof Boolean;
            if (!plain) {
                throw refused(
                        "server.arguments." + name,
                        "'" + shorten(String.valueOf(value)) + "': give a text, a number, true or false");
            }
            checkText("server.arguments." + name, value.toString(), LONGEST_TEXT);
        });
        return arguments;
    }

    /** Puts values in where the command has a place for them, and arguments without one behind it. */
    private static List<String> fill(ServerRequest request, List<String> words, Map<String, Object> arguments) {
        Map<String, String> values = new TreeMap<>();
        arguments.forEach((name, value) -> values.put(name, value.toString()));
        if (request.model() != null) {
            checkText("server.model", request.model(), LONGEST_TEXT);
            values.put("model", request.model());
        }
        if (request.gpuMemoryFraction() != null) {
            values.put("gpu_memory_fraction", request.gpuMemoryFraction().toString());
        }
        Set<String> used = new HashSet<>();
        List<String> command = new ArrayList<>();
        words.forEach(word -> command.add(fill(word, values, used)));
        arguments.forEach((name, value) -> {
            if (!used.contains(name)) {
                append(command, name, value);
            }
        });
        return List.copyOf(command);
    }

    private static String fill(String word, Map<String, String> values, Set<String> used) {
        return Placeholders.fill(word, name -> {
            String value = values.get(name);
            if (value == null && !OF_THE_NODE.contains(name)) {
                Set<String> known = new TreeSet<>(values.keySet());
                known.addAll(OF_THE_NODE);
                throw refused(
                        "server.command",
                        "unknown placeholder {" + name + "}: add it to arguments, or use one of "
                                + String.join(", ", known));
            }
            used.add(name);
            return value;
        });
    }

    /**
     * {@code max_num_seqs: 64} becomes {@code --max-num-seqs 64}, {@code true} a mere switch, {@code false} nothing.
     */
    private static void append(List<String> command, String name, Object value) {
        if (Boolean.FALSE.equals(value)) {
            return;
        }
        command.add("--" + name.replace('_', '-'));
        if (!Boolean.TRUE.equals(value)) {
            command.add(value.toString());
        }
    }

    static void checkText(String field, @Nullable String value, int longest) {
        if (value == null
                || value.isEmpty()
                || value.length() > longest
                || value.chars().anyMatch(Character::isISOControl)) {
            throw refused(
                    field,
                    (mayBeSecret(field) ? "the value" : "'" + shorten(String.valueOf(value)) + "'")
                            + " is empty, longer than " + longest
                            + " characters, or has control characters");
        }
    }

    private static boolean mayBeSecret(String field) {
        return field.startsWith("server.environment.") || Redaction.isSecretName(field);
    }

    static String shorten(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= 100 ? plain : plain.substring(0, 100) + "…";
    }
}
