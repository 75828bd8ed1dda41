package aifactory.slurm.job;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes values so that a shell, or the reader of {@code #SBATCH} lines, gets back exactly the value and nothing else.
 */
public final class Quoting {
    private static final String PLAIN = "_-./:,@%+=";

    private Quoting() {}

    /** One word of a shell command. The value has no control characters. */
    public static String shell(String value) {
        return isPlain(value) ? value : "'" + value.replace("'", "'\\''") + "'";
    }

    /** A shell command of these words. */
    public static String shell(List<String> words) {
        return words.stream().map(Quoting::shell).collect(Collectors.joining(" "));
    }

    /** The value for a place between double quotes of a shell. */
    static String insideDoubleQuotes(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' || c == '"' || c == '$' || c == '`') {
                text.append('\\');
            }
            text.append(c);
        }
        return text.toString();
    }

    /** The value for a place between single quotes of a shell. */
    static String insideSingleQuotes(String value) {
        return value.replace("'", "'\\''");
    }

    /**
     * A value in an {@code #SBATCH} line. {@code sbatch} ends an argument at white space and a line at an unquoted
     * {@code #}; inside double quotes only the backslash is special to it, and takes the character after it as it is.
     */
    static String directive(String value) {
        return isPlain(value) ? value : "\"" + insideDirectiveQuotes(value) + "\"";
    }

    /** The value for a place between quotes, of either kind, of an {@code #SBATCH} line. */
    static String insideDirectiveQuotes(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("'", "\\'");
    }

    static boolean isPlain(String value) {
        return !value.isEmpty()
                && value.chars().allMatch(c -> (c < 128 && Character.isLetterOrDigit(c)) || PLAIN.indexOf(c) >= 0);
    }
}
