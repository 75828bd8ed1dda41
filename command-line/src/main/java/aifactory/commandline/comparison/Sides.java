package aifactory.commandline.comparison;

import aifactory.commandline.failure.CommandFailure;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The runs on both sides of {@code --}, as they were named.
 *
 * @param before at least one
 * @param after at least one
 */
public record Sides(List<String> before, List<String> after) {
    private static final String SEPARATOR = "--";

    /** What the parser sees instead of the separator, which it would take for the end of all options. Not possible in an argument. */
    private static final String MARK = "\0after";

    /**
     * Splits the names.
     *
     * @throws CommandFailure with exit code 2 when a side is missing, or there are more than two
     */
    public static Sides of(List<String> arguments) {
        int mark = arguments.indexOf(MARK);
        if (mark < 0) {
            throw CommandFailure.wrongInput(
                    "the second side is missing: write the runs before, '--', and the runs after, as"
                            + " 'aifactory compare RUN -- RUN'");
        }
        List<String> before = arguments.subList(0, mark);
        List<String> after = arguments.subList(mark + 1, arguments.size());
        if (after.contains(MARK)) {
            throw CommandFailure.wrongInput("'--' stands there twice: there are two sides, of one or more runs each");
        }
        if (before.isEmpty() || after.isEmpty()) {
            throw CommandFailure.wrongInput("there is no run " + (before.isEmpty() ? "before" : "after")
                    + " '--': name at least one on each side");
        }
        return new Sides(List.copyOf(before), List.copyOf(after));
    }

    /** Lets options stand on both sides of the separator. */
    @SuppressWarnings("JdkObsolete") // the parser's own type
    public static final class Preprocessor implements CommandLine.IParameterPreprocessor {
        @Override
        public boolean preprocess(
                Stack<String> arguments, CommandSpec command, ArgSpec argument, Map<String, Object> information) {
            arguments.replaceAll(given -> given.equals(SEPARATOR) ? MARK : given);
            return false;
        }
    }
}
