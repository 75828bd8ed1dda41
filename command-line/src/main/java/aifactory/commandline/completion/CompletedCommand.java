package aifactory.commandline.completion;

import aifactory.commandline.option.OptionNames;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command as shells complete it.
 *
 * @param path from the program on, {@code aifactory group create}
 * @param commands those below it with their descriptions
 * @param argument what its arguments are; null where it takes none
 */
record CompletedCommand(
        String path,
        Map<String, String> commands,
        List<Option> options,
        @Nullable Value argument) {

    /**
     * An option.
     *
     * @param value what it takes; null for a flag
     */
    record Option(List<String> names, @Nullable Value value, String description) {}

    /** What a value is. */
    enum Kind {
        /** One of a list. */
        WORDS,
        FILE,
        DIRECTORY,
        /** The name of a stored run, or a directory with its files. */
        RUN,
        /** The name of a command. */
        COMMAND,
        /** Anything else. */
        TEXT
    }

    record Value(Kind kind, List<String> words) {
        Value(Kind kind) {
            this(kind, List.of());
        }
    }

    /** The program and all its commands, in the order of its help. */
    static List<CompletedCommand> of(CommandLine program) {
        List<CompletedCommand> commands = new ArrayList<>();
        add(program, program.getCommandName(), commands);
        return commands;
    }

    private static void add(CommandLine command, String path, List<CompletedCommand> commands) {
        CommandSpec specification = command.getCommandSpec();
        List<Option> options = new ArrayList<>();
        for (OptionSpec option : specification.options()) {
            if (!option.hidden()) {
                options.add(new Option(OptionNames.typed(option), value(option), description(option)));
            }
        }
        Map<String, String> below = new LinkedHashMap<>();
        command.getSubcommands()
                .forEach((name, child) -> below.put(
                        name, first(child.getCommandSpec().usageMessage().description())));
        Value argument = specification.positionalParameters().isEmpty()
                ? null
                : value(specification.positionalParameters().getFirst());
        commands.add(new CompletedCommand(path, below, options, argument));
        command.getSubcommands().forEach((name, child) -> add(child, path + " " + name, commands));
    }

    private static @Nullable Value value(ArgSpec argument) {
        if (argument.arity().max() == 0) {
            return null;
        }
        List<String> words = words(argument);
        if (!words.isEmpty()) {
            return new Value(Kind.WORDS, words);
        }
        return new Value(
                switch (argument.paramLabel()) {
                    case "FILE" -> Kind.FILE;
                    case "DIR" -> Kind.DIRECTORY;
                    case "RUN" -> Kind.RUN;
                    case "COMMAND" -> Kind.COMMAND;
                    default -> Kind.TEXT;
                });
    }

    private static List<String> words(ArgSpec argument) {
        List<String> words = new ArrayList<>();
        if (argument.completionCandidates() != null) {
            Iterator<String> candidates = argument.completionCandidates().iterator();
            candidates.forEachRemaining(words::add);
        }
        return words;
    }

    private static String description(OptionSpec option) {
        return String.join(" ", option.description())
                .replace("${COMPLETION-CANDIDATES}", String.join(", ", words(option)))
                .replace("%%", "%");
    }

    private static String first(String[] description) {
        return description.length == 0 ? "" : description[0];
    }
}
