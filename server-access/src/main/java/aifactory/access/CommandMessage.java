package aifactory.access;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a command that should print a key wrote to standard error, without words that may be a key. Stateless.
 *
 * <p>A word is hidden if the command printed it as its output, too, if it is long, if it has letters and digits as keys
 * have, if it begins as keys of known services do, or if a name such as {@code token=} precedes it. The traces of a
 * shell ({@code set -x}) are left out: they show the values of variables.
 */
final class CommandMessage {
    private static final String HIDDEN = "…";
    private static final Pattern TRACE = Pattern.compile("(?m)^\\++ .*$");
    private static final Pattern NAMED = Pattern.compile(
            "(?i)\\b([\\w-]*(?:key|token|password|passwd|secret|authorization)[\"']?\\s*[=:]\\s*|bearer\\s+|basic\\s+)"
                    + "(?:bearer\\s+|basic\\s+)?[^\\s,;]+");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.+/=~-]+");
    private static final Pattern KNOWN_START = Pattern.compile("(?:sk|pk|hf|gh[a-z]|glpat|nvapi|xox[a-z])[-_].+");
    private static final Pattern LETTERS_AND_DIGITS = Pattern.compile("(?=.*[A-Za-z])(?=.*[0-9])[^/.].{7,}");
    private static final int SHORTEST_LONG = 32;
    /** A shorter word of the output is not hidden: it may be any. */
    private static final int SHORTEST_OF_OUTPUT = 4;

    private CommandMessage() {}

    /**
     * @param error what the command wrote to standard error
     * @param output what it wrote to standard output
     */
    static String of(String error, String output) {
        Set<String> printed = new HashSet<>();
        WORD.matcher(output)
                .results()
                .map(match -> match.group())
                .filter(word -> word.length() >= SHORTEST_OF_OUTPUT)
                .forEach(printed::add);
        String plain = NAMED.matcher(TRACE.matcher(error).replaceAll("")).replaceAll("$1" + HIDDEN);
        String shown = WORD.matcher(plain)
                .replaceAll(match -> mayBeKey(match.group(), printed) ? HIDDEN : quoted(match.group()));
        return ServerText.shortened(shown);
    }

    private static String quoted(String word) {
        return Matcher.quoteReplacement(word);
    }

    private static boolean mayBeKey(String word, Set<String> printed) {
        return printed.contains(word)
                || word.length() >= SHORTEST_LONG
                || KNOWN_START.matcher(word).matches()
                || LETTERS_AND_DIGITS.matcher(word).matches();
    }
}
