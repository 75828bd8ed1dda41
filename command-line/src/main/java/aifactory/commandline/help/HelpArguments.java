package aifactory.commandline.help;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/**
 * The arguments of an invocation, reduced to the forms that the parser knows: {@code help COMMAND} becomes {@code
 * COMMAND --help}, and the {@code all} of {@code --help all} is taken off.
 *
 * @param arguments for the parser
 * @param all whether help lists every option
 * @param isCommand whether help was requested as a command, whose arguments are names of commands
 */
public record HelpArguments(List<String> arguments, boolean all, boolean isCommand) {
    private static final String ALL = "all";

    public HelpArguments {
        arguments = List.copyOf(arguments);
    }

    /** Reads the arguments as they were typed. */
    public static HelpArguments of(String... given) {
        List<String> arguments = new ArrayList<>(List.of(given));
        boolean isCommand = !arguments.isEmpty() && arguments.getFirst().equals("help");
        boolean all = arguments.size() > 1
                && arguments.getLast().equals(ALL)
                && (isCommand || isHelpOption(arguments.get(arguments.size() - 2)));
        if (all) {
            arguments.removeLast();
        }
        if (isCommand && arguments.stream().noneMatch(HelpArguments::isHelpOption)) {
            arguments.removeFirst();
            arguments.add("--help");
        }
        return new HelpArguments(arguments, all, isCommand);
    }

    /**
     * The first name that is no command, which the parser would ignore next to {@code --help}; empty where there is
     * none.
     */
    public Optional<CommandLine.UnmatchedArgumentException> unknownCommand(CommandLine program) {
        CommandLine command = program;
        for (String name : isCommand ? arguments : List.<String>of()) {
            if (name.startsWith("-")) {
                break;
            }
            CommandLine next = command.getSubcommands().get(name);
            if (next == null) {
                return Optional.of(new CommandLine.UnmatchedArgumentException(command, List.of(name)));
            }
            command = next;
        }
        return Optional.empty();
    }

    private static boolean isHelpOption(String argument) {
        return argument.equals("--help") || argument.equals("-h");
    }
}
