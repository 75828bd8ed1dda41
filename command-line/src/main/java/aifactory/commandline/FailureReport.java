package aifactory.commandline;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.failure.NearestName;
import aifactory.commandline.option.OptionNames;
import aifactory.commandline.session.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Says on standard error what went wrong: exactly one line, and the stack trace only with {@code AIFACTORY_DEBUG=1}.
 */
final class FailureReport {
    private static final String PREFIX = "aifactory: ";

    private static final Pattern INVALID_VALUE =
            Pattern.compile("^Invalid value for option '([^']+)'[^:]*: (.*)$", Pattern.DOTALL);

    private final Session session;
    private final List<String> arguments;

    /** @param arguments of the invocation */
    FailureReport(Session session, String... arguments) {
        this.session = session;
        this.arguments = List.of(arguments);
    }

    /** Reports what a command has thrown and returns its exit code. */
    int report(Throwable failure) {
        if (session.isDebugging()) {
            failure.printStackTrace(session.err());
        }
        if (failure instanceof CommandFailure known) {
            session.note(PREFIX + oneLine(known.getMessage()));
            return known.exitCode().number();
        }
        String what = failure instanceof OutOfMemoryError ? "out of memory" : failure.toString();
        session.note(PREFIX + "a fault of this program: " + oneLine(what)
                + (session.isDebugging() ? "" : " (AIFACTORY_DEBUG=1 shows where; please report it)"));
        return ExitCode.INTERNAL_FAULT.number();
    }

    /** Reports arguments that do not make sense and returns the exit code for it. */
    int reportUsage(CommandLine.ParameterException failure) {
        if (failure.getCause() instanceof CommandFailure known) {
            return report(known);
        }
        if (session.isDebugging()) {
            failure.printStackTrace(session.err());
        }
        session.note(PREFIX + oneLine(describe(failure)));
        return ExitCode.WRONG_INPUT.number();
    }

    private String describe(CommandLine.ParameterException failure) {
        CommandLine verb = failure.getCommandLine();
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return describeUnmatched(verb, unmatched.getUnmatched().getFirst());
        }
        return lowerFirst(withTypedName(failure)) + seeHelp(verb);
    }

    /**
     * The parser names an option by its longest name; the user knows the name that is on the command line, or the
     * variable that set it.
     */
    private String withTypedName(CommandLine.ParameterException failure) {
        String message = String.valueOf(failure.getMessage());
        if (!(argument(failure) instanceof CommandLine.Model.OptionSpec option)) {
            return message;
        }
        String name = typedName(option, failure.getValue());
        Matcher invalid = INVALID_VALUE.matcher(message);
        return invalid.matches()
                ? "invalid value for " + name + ": " + invalid.group(2)
                : message.replace("'" + option.longestName() + "'", "'" + name + "'");
    }

    private static CommandLine.Model.@Nullable ArgSpec argument(CommandLine.ParameterException failure) {
        return failure instanceof CommandLine.MissingParameterException missing
                        && missing.getMissing().size() == 1
                ? missing.getMissing().getFirst()
                : failure.getArgSpec();
    }

    private String typedName(CommandLine.Model.OptionSpec option, @Nullable String value) {
        List<String> names = OptionNames.typed(option);
        List<String> typed = arguments.stream()
                .map(argument -> argument.startsWith("--") && argument.contains("=")
                        ? argument.substring(0, argument.indexOf('='))
                        : argument)
                .toList();
        for (int i = 0; i < typed.size(); i++) {
            boolean isValue = value == null
                    || arguments.get(i).endsWith("=" + value)
                    || (i + 1 < typed.size() && arguments.get(i + 1).equals(value));
            if (names.contains(typed.get(i)) && isValue) {
                return typed.get(i);
            }
        }
        String primary = OptionNames.primary(option);
        String variable = Configuration.environmentName(primary);
        return typed.stream()
                .filter(names::contains)
                .findFirst()
                .orElse(session.environment().containsKey(variable) ? variable : primary);
    }

    private static String describeUnmatched(CommandLine verb, String given) {
        boolean isOption = given.startsWith("-") && given.length() > 1;
        String name = isOption && given.contains("=") ? given.substring(0, given.indexOf('=')) : given;
        boolean takesVerbs = !verb.getSubcommands().isEmpty();
        List<String> known = isOption
                ? verb.getCommandSpec().optionsMap().keySet().stream().toList()
                : verb.getSubcommands().keySet().stream().toList();
        Optional<String> near = NearestName.of(name, known);
        String what = isOption ? "unknown option '" : takesVerbs ? "unknown command '" : "unexpected argument '";
        return what + name + "'"
                + near.map(nearest -> ": did you mean " + nearest + "?").orElse("")
                + (near.isEmpty() && isOption ? otherVerbsWith(verb, name) : "")
                + seeHelp(verb);
    }

    /** Lists the commands that have the option, for a user who has confused two commands. */
    private static String otherVerbsWith(CommandLine verb, String option) {
        CommandLine root = verb;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Map<String, String> having = new TreeMap<>();
        collectVerbsWith(root, option, having);
        return having.isEmpty() ? "" : ": it belongs to " + String.join(", ", having.keySet());
    }

    private static void collectVerbsWith(CommandLine verb, String option, Map<String, String> having) {
        for (CommandLine child : verb.getSubcommands().values()) {
            if (child.getCommandSpec().optionsMap().containsKey(option)) {
                having.put(child.getCommandSpec().qualifiedName(" "), option);
            }
            collectVerbsWith(child, option, having);
        }
    }

    private static String seeHelp(CommandLine verb) {
        return " (see '" + verb.getCommandSpec().qualifiedName(" ") + " --help')";
    }

    private static String lowerFirst(String message) {
        boolean isWord = message.length() > 1 && Character.isLowerCase(message.charAt(1));
        return isWord ? Character.toLowerCase(message.charAt(0)) + message.substring(1) : message;
    }

    private static String oneLine(@Nullable String message) {
        return String.valueOf(message).strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ");
    }
}
