package aifactory.commandline.option;

import aifactory.commandline.session.Session;
import java.util.List;
import picocli.CommandLine.Option;

/** Whether a verb shows the native commands that it stands for. */
public final class VerboseOption {
    @Option(names = "--verbose", description = "also show the native commands that tell the same")
    private boolean verbose;

    /** Prints the commands for people, each on a line of its own that can be copied. */
    public void show(Session session, List<String> nativeCommands) {
        if (verbose) {
            nativeCommands.forEach(command -> session.note("$ " + command));
        }
    }
}
