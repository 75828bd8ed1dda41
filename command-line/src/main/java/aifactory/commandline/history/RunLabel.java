package aifactory.commandline.history;

import aifactory.commandline.failure.CommandFailure;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user calls a run.
 *
 * @param name shared by the runs of a series; null for none
 * @param tags by key
 * @param note null for none
 */
public record RunLabel(
        @Nullable String name,
        Map<String, String> tags,
        @Nullable String note) {
    public static final RunLabel NONE = new RunLabel(null, Map.of(), null);

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_NOTE = 2_000;
    private static final int MOST_TAGS = 50;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.-]{1,50}");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    /** Control characters, and those that reorder text. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]");

    public RunLabel {
        tags = Map.copyOf(tags);
    }

    /**
     * Reads the options of a run.
     *
     * @param tags as {@code key=value}
     * @throws CommandFailure with exit code 2 names the option, the value and the remedy
     */
    public static RunLabel of(@Nullable String name, List<String> tags, @Nullable String note) {
        return new RunLabel(
                name == null ? null : requireName(name), parseTags(tags), note == null ? null : requireNote(note));
    }

    /**
     * Refuses a name that cannot be distinguished from a path, an option or the number of a group, or cannot be
     * printed.
     */
    public static String requireName(String name) {
        String stripped = name.strip();
        String problem = stripped.isEmpty()
                ? "a name"
                : stripped.length() > LONGEST_NAME
                        ? "at most " + LONGEST_NAME + " characters"
                        : stripped.contains("/")
                                ? "a name without '/', which is a path"
                                : stripped.startsWith("-")
                                        ? "a name that does not start with '-', as options do"
                                        : DIGITS.matcher(stripped).matches()
                                                ? "a name that is not a number, which is a group"
                                                : stripped.matches("\\.+")
                                                        ? "a name that is not a directory"
                                                        : UNPRINTABLE
                                                                        .matcher(stripped)
                                                                        .find()
                                                                ? "printable characters"
                                                                : "";
        if (!problem.isEmpty()) {
            throw CommandFailure.wrongInput("invalid value for --name: '" + name + "' (expected " + problem + ")");
        }
        return stripped;
    }

    /** Reads tags as {@code key=value}. */
    public static Map<String, String> parseTags(List<String> tags) {
        Map<String, String> parsed = new TreeMap<>();
        for (String tag : tags) {
            int equals = tag.indexOf('=');
            String key = equals < 0 ? "" : tag.substring(0, equals).strip();
            String value = tag.substring(equals + 1).strip();
            if (!KEY.matcher(key).matches()
                    || value.isEmpty()
                    || value.length() > LONGEST_NAME
                    || UNPRINTABLE.matcher(value).find()) {
                throw CommandFailure.wrongInput("invalid value for --tag: '" + tag
                        + "' (expected key=value; keys of letters, digits, '_', '.' and '-', values of at most "
                        + LONGEST_NAME
                        + " printable characters)");
            }
            parsed.put(key, value);
        }
        if (parsed.size() > MOST_TAGS) {
            throw CommandFailure.wrongInput(parsed.size() + " tags: give a run at most " + MOST_TAGS);
        }
        return parsed;
    }

    /** Refuses a note that is too long. */
    public static String requireNote(String note) {
        if (note.length() > LONGEST_NOTE) {
            throw CommandFailure.wrongInput(
                    "the note has " + note.length() + " characters: give at most " + LONGEST_NOTE);
        }
        return note.strip();
    }
}
