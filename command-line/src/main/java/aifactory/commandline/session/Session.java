package aifactory.commandline.session;

import aifactory.measurement.MonotonicClock;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * Everything that a command takes from its environment.
 *
 * @param environment environment variables
 * @param in standard input
 * @param out for results: what a script reads
 * @param err for users: progress, notes and errors
 * @param outIsTerminal whether results may be coloured
 * @param errIsTerminal whether progress may be redrawn in place
 * @param workingDirectory absolute; what relative paths are relative to
 * @param homeDirectory absolute
 * @param temporaryDirectory absolute; where a command may create a separate directory
 * @param interruption notifies that the command has been asked to end
 */
public record Session(
        Map<String, String> environment,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Path workingDirectory,
        Path homeDirectory,
        Path temporaryDirectory,
        Interruption interruption,
        MonotonicClock clock,
        InstantSource instants) {
    private static final int USUAL_COLUMNS = 80;
    private static final int NARROWEST_COLUMNS = 20;

    public Session {
        environment = Map.copyOf(environment);
        boolean coloured =
                outIsTerminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
        out = PlainPrintStream.of(out, coloured);
        err = PlainPrintStream.of(err, false);
    }

    /** The session of this process. Text is UTF-8 in any locale, as are the files that it writes. */
    public static Session ofThisProcess(Interruption interruption) {
        Map<String, String> environment = System.getenv();
        return new Session(
                environment,
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                TerminalDetection.canRedraw(environment, TerminalDetection.STANDARD_OUTPUT),
                TerminalDetection.canRedraw(environment, TerminalDetection.STANDARD_ERROR),
                Path.of("").toAbsolutePath(),
                home(environment),
                Path.of(environment.getOrDefault("TMPDIR", System.getProperty("java.io.tmpdir")))
                        .toAbsolutePath(),
                interruption,
                MonotonicClock.SYSTEM,
                InstantSource.system());
    }

    /** {@code HOME} as every other program has it; Java's own property ignores the variable. */
    static Path home(Map<String, String> environment) {
        String given = environment.getOrDefault("HOME", "");
        return Path.of(given.startsWith("/") ? given : System.getProperty("user.home"))
                .toAbsolutePath();
    }

    /** Whether stack traces are wanted ({@code AIFACTORY_DEBUG=1}). */
    public boolean isDebugging() {
        String value = environment.getOrDefault("AIFACTORY_DEBUG", "");
        return !value.isEmpty() && !value.equals("0");
    }

    /** Columns of the terminal: {@code COLUMNS}, else those that the terminal reports, else 80. At least 20. */
    public int columns() {
        try {
            int given = Integer.parseInt(environment.getOrDefault("COLUMNS", "").strip());
            if (given > 0) {
                return Math.max(NARROWEST_COLUMNS, given);
            }
        } catch (NumberFormatException e) {
            // Not exported, as usual.
        }
        int measured = outIsTerminal ? TerminalSize.columns(1) : errIsTerminal ? TerminalSize.columns(2) : 0;
        return measured > 0 ? Math.max(NARROWEST_COLUMNS, measured) : USUAL_COLUMNS;
    }

    /** Whether results may be coloured; {@code NO_COLOR} forbids it, see no-color.org. */
    public boolean isColoured() {
        return outIsTerminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** The path as the user means it: relative to the working directory, {@code ~/} for home. */
    public Path resolve(String path) {
        if (path.equals("~") || path.startsWith("~/")) {
            return homeDirectory
                    .resolve(path.substring(Math.min(2, path.length())))
                    .normalize();
        }
        return workingDirectory.resolve(path).normalize();
    }

    /** Prints a result that this program has coloured, if {@link #isColoured}. */
    public void printColoured(String text) {
        PlainPrintStream.of(out, isColoured()).printColoured(text);
    }

    /** Prints a line for users. */
    public void note(String line) {
        err.println(line);
    }
}
