package aifactory.slurm.job;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which texts may become part of a job. */
final class JobText {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:@+-]*");
    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:@+,-]*");
    private static final Pattern GENERIC_RESOURCES = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:,/=()*+-]*");
    private static final Pattern CONSTRAINT = Pattern.compile("[A-Za-z0-9_\\[(][A-Za-z0-9_.&|*\\[\\](),:+-]*");
    private static final Pattern MEMORY = Pattern.compile("[0-9]{1,12}[KMGT]?");
    private static final Pattern NODE_LIST = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.,\\[\\]-]*");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int MAXIMUM_CHARACTERS = 4096;

    private JobText() {}

    static @Nullable String name(String field, @Nullable String value) throws InvalidJobException {
        return matching(field, value, NAME, "letters, digits and _ . : @ + -");
    }

    static @Nullable String partitions(String field, @Nullable String value) throws InvalidJobException {
        return matching(field, value, NAMES, "names separated by commas");
    }

    static @Nullable String genericResources(String field, @Nullable String value) throws InvalidJobException {
        return matching(field, value, GENERIC_RESOURCES, "something like gpu:1 or gpu:a100:2");
    }

    static @Nullable String constraint(String field, @Nullable String value) throws InvalidJobException {
        return matching(field, value, CONSTRAINT, "features joined by & or |");
    }

    static @Nullable String memory(String field, @Nullable String value) throws InvalidJobException {
        return matching(field, value, MEMORY, "a number with K, M, G or T, for instance 8G");
    }

    static @Nullable String nodeList(String field, @Nullable String value) throws InvalidJobException {
        return matching(field, value, NODE_LIST, "node names such as node[001-004],node007");
    }

    private static @Nullable String matching(String field, @Nullable String value, Pattern pattern, String expected)
            throws InvalidJobException {
        if (value == null) {
            return null;
        }
        printable(field, value);
        if (!pattern.matcher(value).matches()) {
            throw new InvalidJobException(field, field + " is '" + value + "': expected " + expected);
        }
        return value;
    }

    /** Any text without control characters: everything else can be quoted. */
    static String printable(String field, String value) throws InvalidJobException {
        if (value.length() > MAXIMUM_CHARACTERS) {
            throw new InvalidJobException(
                    field,
                    field + " has " + value.length() + " characters; at most " + MAXIMUM_CHARACTERS + " are possible");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c)) {
                throw new InvalidJobException(
                        field,
                        "%s has the control character U+%04X at position %d; remove it".formatted(field, (int) c, i));
            }
            if (Character.isSurrogate(c) && !isPaired(value, i)) {
                throw new InvalidJobException(
                        field,
                        "%s has half a character (U+%04X) at position %d; remove it".formatted(field, (int) c, i));
            }
        }
        return value;
    }

    private static boolean isPaired(String value, int i) {
        return Character.isHighSurrogate(value.charAt(i))
                ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }

    /** An absolute path that Slurm takes as it is: a backslash would switch off what it does with {@code %}. */
    static Path path(String field, Path path) throws InvalidJobException {
        String text = printable(field, path.toString());
        if (!path.isAbsolute()) {
            throw new InvalidJobException(
                    field,
                    field + " is '" + text + "': give an absolute path, because the job starts in another directory");
        }
        if (text.indexOf('\\') >= 0) {
            throw new InvalidJobException(
                    field,
                    field + " is '" + text + "': Slurm gives a backslash in a path a meaning; choose a path without");
        }
        return path;
    }

    static String variable(String name) throws InvalidJobException {
        if (!VARIABLE.matcher(name).matches()) {
            throw new InvalidJobException(
                    "environment", "'" + name + "' is no name of an environment variable: letters, digits and _ only");
        }
        return name;
    }
}
