package aifactory.commandline.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Determines whether a stream of this process is a terminal. {@code System.console()} knows that of standard input and
 * output together only, and progress goes to standard error.
 */
final class TerminalDetection {
    static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
    static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private TerminalDetection() {}

    /** Whether the stream behind the link is a terminal that understands cursor movements. */
    static boolean canRedraw(Map<String, String> environment, Path descriptorLink) {
        String terminal = environment.getOrDefault("TERM", "dumb");
        return !terminal.equals("dumb") && isTerminal(descriptorLink);
    }

    private static boolean isTerminal(Path descriptorLink) {
        try {
            String device = Files.readSymbolicLink(descriptorLink).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
