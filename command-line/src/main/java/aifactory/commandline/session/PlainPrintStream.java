package aifactory.commandline.session;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Prints texts without what a terminal would carry out: names, reasons and logs come from services, servers and
 * processes that may be hostile. Control characters other than line ends and tabs, and those that reorder text, become
 * question marks, colours too. What this program colours itself goes by {@link #printColoured}, what it draws by
 * {@link #draw}. Thread-safe.
 */
public final class PlainPrintStream extends PrintStream {
    private static final String CONTROLS =
            "[\\p{Cc}\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069&&[^\\n\\t]]";
    private static final Pattern CONTROL = Pattern.compile("\\r(?=\\n)|(" + CONTROLS + ")");
    /** The weights and colours that results have on a terminal. */
    private static final Pattern CONTROL_BUT_COLOURS =
            Pattern.compile("\\u001b\\[(?:0|1|(?:1;)?3[1-3])m|\\r(?=\\n)|(" + CONTROLS + ")");

    private final boolean keepsColours;

    private PlainPrintStream(OutputStream out, boolean keepsColours) {
        super(out, true, StandardCharsets.UTF_8);
        this.keepsColours = keepsColours;
    }

    /** @param keepsColours whether {@link #printColoured} prints colours */
    static PlainPrintStream of(PrintStream out, boolean keepsColours) {
        return out instanceof PlainPrintStream plain ? plain : new PlainPrintStream(out, keepsColours);
    }

    /** The text as it may be shown. */
    public static String plain(String text) {
        return plain(text, CONTROL);
    }

    private static String plain(String text, Pattern controls) {
        return controls.matcher(text)
                .replaceAll(found -> found.group(1) == null ? Matcher.quoteReplacement(found.group()) : "?");
    }

    /** Prints what this program draws on a terminal, its sequences included. */
    public void draw(String drawing) {
        super.print(drawing);
    }

    /** Prints a text that this program has coloured, and in which there is nothing that others have coloured. */
    public void printColoured(String text) {
        super.print(plain(text, keepsColours ? CONTROL_BUT_COLOURS : CONTROL));
    }

    @Override
    public void print(@Nullable String text) {
        super.print(text == null ? null : plain(text));
    }

    @Override
    public void print(@Nullable Object object) {
        print(String.valueOf(object));
    }

    @Override
    public void print(char character) {
        print(String.valueOf(character));
    }

    @Override
    public void print(char[] characters) {
        print(String.valueOf(characters));
    }

    @Override
    public void println(@Nullable String line) {
        // In one piece, even if other threads print.
        super.print(plain(String.valueOf(line)) + System.lineSeparator());
        flush();
    }
}
