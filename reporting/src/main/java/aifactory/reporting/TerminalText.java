package aifactory.reporting;

import java.util.ArrayList;
import java.util.List;

/** Text for a terminal. Stateless. */
public final class TerminalText {
    private TerminalText() {}

    /** The text without control characters, which could otherwise manipulate the reader's terminal. */
    public static String safe(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean harmless = !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
            safe.appendCodePoint(harmless ? c : c == '\n' || c == '\t' ? ' ' : '?');
        });
        return safe.toString();
    }

    /**
     * Breaks a text into lines at blanks.
     *
     * @param indent of every line but the first
     */
    public static List<String> wrap(String text, int width, int indent) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.toString().isBlank() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line = new StringBuilder(" ".repeat(indent)).append(word);
            } else {
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
        }
        lines.add(line.toString());
        return lines;
    }
}
