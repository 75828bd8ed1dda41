package aifactory.commandline.option;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** The names of an option. Stateless. */
public final class OptionNames {
    private OptionNames() {}

    /** All names by which the option can be typed, the negated ones of a negatable option included. */
    public static List<String> typed(OptionSpec option) {
        List<String> names = new ArrayList<>(Arrays.asList(option.names()));
        if (option.negatable()) {
            Arrays.stream(option.names())
                    .filter(name -> name.startsWith("--"))
                    .map(name -> name.replaceFirst("^--", "--no-"))
                    .forEach(names::add);
        }
        return names;
    }

    /** The first long name: the others are aliases. */
    public static String primary(OptionSpec option) {
        return Arrays.stream(option.names())
                .filter(name -> name.startsWith("--"))
                .findFirst()
                .orElse(option.longestName());
    }
}
