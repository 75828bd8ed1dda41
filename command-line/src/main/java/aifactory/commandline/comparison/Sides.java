package aifactory.commandline.comparison;

import aifactory.commandline.failure.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The runs of each side, as they were named: the baseline first, then those that are compared with it.
 *
 * @param sides at least two, of at least one run each
 */
public record Sides(List<List<String>> sides) {
    private static final String SEPARATOR = "--";
    private static final int MOST_SIDES = 10;

    /**
     * What the parser sees instead of the separator, which it would take for the end of all options. Not possible in an
     * argument.
     */
    private static final String MARK = "\0after";

    public Sides {
        sides = sides.stream().map(List::copyOf).toList();
    }

    /**
     * Splits the names.
     *
     * @throws CommandFailure with exit code 2 when a side is missing
     */
    public static Sides of(List<String> arguments) {
        List<List<String>> sides = new ArrayList<>(List.of(new ArrayList<>()));
        for (String argument : arguments) {
            if (argument.equals(MARK)) {
                sides.add(new ArrayList<>());
            } else {
                sides.getLast().add(argument);
            }
        }
        if (sides.size() < 2) {
            throw CommandFailure.wrongInput(
                    "the second side is missing: write the runs before, '--', and the runs after, as"
                            + " 'aifactory compare RUN -- RUN'");
        }
        if (sides.size() > MOST_SIDES) {
            throw CommandFailure.wrongInput(sides.size() + " sides: compare at most " + MOST_SIDES + " at once");
        }
        for (int i = 0; i < sides.size(); i++) {
            if (sides.get(i).isEmpty()) {
                throw CommandFailure.wrongInput("there is no run "
                        + (i == 0 ? "before" : i == sides.size() - 1 ? "after" : "between") + " '--'"
                        + (i > 0 && i < sides.size() - 1 ? " and '--'" : "") + ": name at least one on each side");
            }
        }
        return new Sides(sides);
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
