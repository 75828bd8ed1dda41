package aifactory.commandline.verb;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code aifactory help}. It is in the list of commands and completed like one; the program itself reads {@code help
 * COMMAND} as {@code COMMAND --help}, so that it is never called.
 */
@Command(
        name = "help",
        description = "Print the help of a command. 'aifactory help COMMAND all' also prints its less common options.")
public final class HelpCommand extends Verb implements Runnable {
    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "command; without one, the list of commands")
    private List<String> command = List.of();

    @Override
    public void run() {
        throw new IllegalStateException("not read as the option --help: " + command);
    }
}
