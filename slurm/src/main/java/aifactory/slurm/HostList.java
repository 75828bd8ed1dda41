package aifactory.slurm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Slurm's short notation for many nodes: {@code node[001-004,007],login1}. */
public final class HostList {
    private static final int MAXIMUM_NODES = 100_000;

    private HostList() {}

    /**
     * The names one by one.
     *
     * @throws IllegalArgumentException for a text that is no host list or stands for more than 100,000 nodes
     */
    public static List<String> expand(String text) {
        List<String> names = new ArrayList<>();
        int start = 0;
        int depth = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ',';
            if (c == '[') {
                depth++;
            } else if (c == ']') {
                depth--;
            } else if (c == ',' && depth == 0) {
                if (i > start) {
                    expand(text.substring(start, i), names);
                }
                start = i + 1;
            }
            if (depth < 0 || depth > 1) {
                throw notAList(text);
            }
        }
        if (depth != 0) {
            throw notAList(text);
        }
        return List.copyOf(names);
    }

    /**
     * The short notation for names, {@code node[001-003,007]}; names that differ in more than a number at their end
     * stand alone.
     */
    public static String compress(Collection<String> names) {
        Map<String, NavigableSet<String>> numbers = new TreeMap<>();
        for (String name : names) {
            int end = name.length();
            while (end > 0 && name.length() - end < 12 && Character.isDigit(name.charAt(end - 1))) {
                end--;
            }
            // Numbers of one prefix are of equal width within a list, so that their order is that of their text.
            String key = name.substring(0, end) + "\0" + (name.length() - end);
            numbers.computeIfAbsent(key, prefix -> new TreeSet<>()).add(name.substring(end));
        }
        List<String> parts = new ArrayList<>();
        numbers.forEach((key, suffixes) -> parts.add(compress(key.substring(0, key.indexOf('\0')), suffixes)));
        return String.join(",", parts);
    }

    private static String compress(String prefix, NavigableSet<String> suffixes) {
        if (suffixes.size() == 1) {
            return prefix + suffixes.first();
        }
        List<String> ranges = new ArrayList<>();
        String first = null;
        String last = null;
        for (String suffix : suffixes) {
            if (last == null || Long.parseLong(suffix) != Long.parseLong(last) + 1) {
                if (first != null) {
                    ranges.add(range(first, last));
                }
                first = suffix;
            }
            last = suffix;
        }
        ranges.add(range(String.valueOf(first), last));
        return prefix + "[" + String.join(",", ranges) + "]";
    }

    private static String range(String first, @Nullable String last) {
        return last == null || first.equals(last) ? first : first + "-" + last;
    }

    /** One name, with any number of brackets in it. */
    private static void expand(String text, List<String> names) {
        int open = text.indexOf('[');
        if (open < 0) {
            add(text, names);
            return;
        }
        int close = text.indexOf(']', open);
        String before = text.substring(0, open);
        String after = text.substring(close + 1);
        for (String range : text.substring(open + 1, close).split(",", -1)) {
            int dash = range.indexOf('-');
            String first = dash < 0 ? range : range.substring(0, dash);
            String last = dash < 0 ? range : range.substring(dash + 1);
            long from = number(first, text);
            long to = number(last, text);
            if (to < from || to - from >= MAXIMUM_NODES) {
                throw notAList(text);
            }
            for (long number = from; number <= to; number++) {
                expand(before + ("%0" + first.length() + "d").formatted(number) + after, names);
            }
        }
    }

    private static void add(String name, List<String> names) {
        if (names.size() >= MAXIMUM_NODES) {
            throw new IllegalArgumentException("a host list stands for more than " + MAXIMUM_NODES + " nodes");
        }
        names.add(name);
    }

    private static long number(String text, String whole) {
        if (text.isEmpty() || text.length() > 12 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw notAList(whole);
        }
        return Long.parseLong(text);
    }

    private static IllegalArgumentException notAList(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is no host list: expected something like node[001-004,007]");
    }
}
