package aifactory.reporting.html;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Writes HTML in which no text can become markup: every text and every attribute value is escaped here, tag and
 * attribute names are constants of the program, and only this package's own resources go in as they are.
 *
 * <p>Not thread-safe.
 */
final class Html {
    private static final Set<String> NEVER_FILLED = Set.of("meta", "line", "rect", "path", "circle");

    private final StringBuilder out = new StringBuilder(1 << 16);
    private final Deque<String> open = new ArrayDeque<>();

    /** Begins an element. Attributes are names and values in turn. */
    Html open(String tag, String... attributes) {
        begin(tag, attributes);
        out.append('>');
        open.push(tag);
        return this;
    }

    /** Ends the open element that was started last. */
    Html close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /**
     * An element that never has content: {@code <meta>}, or a shape of SVG. Browsers take any other for the begin of
     * one.
     */
    Html empty(String tag, String... attributes) {
        if (!NEVER_FILLED.contains(tag)) {
            throw new IllegalArgumentException("<" + tag + "> requires an end tag");
        }
        begin(tag, attributes);
        out.append("/>");
        return this;
    }

    /** An element that holds just a text. */
    Html element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** Escaped text. */
    Html text(String text) {
        escape(text);
        return this;
    }

    /** What is known to be good markup, style or script: this package's own resources. */
    Html resource(String trusted) {
        out.append(trusted);
        return this;
    }

    /** A line's end in the source, for those who read it. */
    Html line() {
        out.append('\n');
        return this;
    }

    private void begin(String tag, String[] attributes) {
        if (attributes.length % 2 != 0) {
            throw new IllegalArgumentException("an attribute of <" + tag + "> without a value");
        }
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n', '\t' -> out.append(c);
                default -> out.append(isShown(text, i) ? c : '\ufffd');
            }
        }
    }

    /** Neither control characters, nor half a surrogate pair, nor what turns the direction of the text around. */
    private static boolean isShown(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
        }
        boolean turnsDirection = (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
        return !Character.isISOControl(c) && !turnsDirection && c != '\ufffe' && c != '\uffff';
    }

    /**
     * The document.
     *
     * @throws IllegalStateException when an element is still open
     */
    String finish() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("<" + open.peek() + "> is still open");
        }
        return out.toString();
    }
}
