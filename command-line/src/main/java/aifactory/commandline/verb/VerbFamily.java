package aifactory.commandline.verb;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only has subcommands. */
abstract class VerbFamily extends Verb implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec specification;

    @Override
    public void run() {
        CommandLine commandLine = specification.commandLine();
        throw new ParameterException(
                commandLine,
                "'" + specification.qualifiedName(" ") + "' requires one of: "
                        + String.join(", ", commandLine.getSubcommands().keySet()));
    }
}
