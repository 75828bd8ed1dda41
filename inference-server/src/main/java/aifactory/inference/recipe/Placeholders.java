package aifactory.inference.recipe;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills in the known names in braces, once: a value that looks like one stays, and so do braces of JSON. */
final class Placeholders {
    private static final Pattern NAME = Pattern.compile("\\{[a-z_]+}");

    private Placeholders() {}

    static String fill(String argument, Map<String, String> values) {
        return NAME.matcher(argument)
                .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(), found.group())));
    }
}
