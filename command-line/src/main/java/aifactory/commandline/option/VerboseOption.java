package aifactory.commandline.option;

import aifactory.commandline.session.Session;
import java.util.List;
import picocli.CommandLine.Option;

/** Whether a command shows the equivalent native commands. */
public final class VerboseOption {
    @Option(names = "--verbose", description = "also show the equivalent native commands")
    private boolean verbose;

    /** Prints the commands, each on a separate line that can be copied. */
    public void show(Session session, List<String> nativeCommands) {
        if (verbose) {
            nativeCommands.forEach(command -> session.note("$ " + command));
        }
    }
}
