package aifactory.engine.answer;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Converts a server's error into a short message for users: a single line, without control characters that could affect
 * a terminal, and without text that looks like a key. Only for failures: it allocates. Stateless.
 */
final class ErrorText {
    private static final int MAXIMUM_CHARACTERS = 300;
    private static final int EXCERPT_BYTES = 200;
    /**
     * Escape sequences of terminals (ECMA-48): control sequences, operating system commands, single escapes; eight-bit
     * forms too.
     */
    private static final Pattern ESCAPES = Pattern.compile(
            "(?:\u001b\\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*"
                    + "(?:\u0007|\u001b\\\\|\u009c)?|\u001b[ -/]*[0-~]?");

    /** Blanks, control and format characters, halves of pairs, and separators of lines: none of them is text. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\s\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}]+");

    private static final Pattern KEYS =
            Pattern.compile("(?i)\\bBearer\\s+[^\\s\"',}]+|\\b(?:sk|hf|gsk|nvapi|xai|pplx)[-_][A-Za-z0-9_\\-]{8,}");

    private ErrorText() {}

    /** The beginning of the text, as far as it is worth to be shown of what was not understood. */
    static String excerpt(byte[] bytes, int from, int to) {
        int end = Math.min(to, from + EXCERPT_BYTES);
        return clean(new String(bytes, from, end - from, StandardCharsets.UTF_8));
    }

    /** The text as one line. */
    static String clean(String text) {
        // Bounded before it is searched; a text of nothing but escapes may become shorter than it could be.
        String bounded = text.substring(0, Math.min(text.length(), 8 * MAXIMUM_CHARACTERS));
        String line = UNPRINTABLE
                .matcher(ESCAPES.matcher(bounded).replaceAll(""))
                .replaceAll(" ")
                .strip();
        return shorten(KEYS.matcher(line).replaceAll("(key not shown)"), MAXIMUM_CHARACTERS);
    }

    /** A name that a server gave: without commas, which separate such names. */
    static String word(String text, int longest) {
        String word = clean(shorten(clean(text).replace(',', ' '), longest));
        return word.isBlank() ? "unprintable" : word;
    }

    private static String shorten(String line, int longest) {
        if (line.length() <= longest) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(longest - 1)) ? longest - 1 : longest;
        return line.substring(0, end) + "…";
    }
}
