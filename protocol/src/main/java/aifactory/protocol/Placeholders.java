package aifactory.protocol;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names in braces that stand for values in the words of a server's command: the service fills in what it knows, the
 * node the rest. Stateless.
 */
public final class Placeholders {
    /** A name in two pairs of braces belongs to another syntax, for example a template's. */
    private static final Pattern NAME = Pattern.compile("\\{\\{[a-z][a-z0-9_]*}}|\\{([a-z][a-z0-9_]*)}");

    private Placeholders() {}

    /**
     * The word with values for its names.
     *
     * @param valueOf a name; null leaves it as it is
     */
    public static String fill(String word, Function<String, @Nullable String> valueOf) {
        return NAME.matcher(word).replaceAll(found -> {
            String value = found.group(1) == null ? null : valueOf.apply(found.group(1));
            return Matcher.quoteReplacement(value == null ? found.group() : value);
        });
    }
}
