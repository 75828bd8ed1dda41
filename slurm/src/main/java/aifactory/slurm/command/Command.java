package aifactory.slurm.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program to run, without a shell.
 *
 * @param arguments the program and its arguments, each handed over as it is
 * @param standardInput UTF-8
 * @param environment the whole environment; nothing is inherited
 * @param timeout after which the program and all that it started are killed
 * @param outputLimitBytes of standard output and of standard error each
 */
public record Command(
        List<String> arguments,
        String standardInput,
        Map<String, String> environment,
        Duration timeout,
        int outputLimitBytes) {
    public Command {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program to run");
        }
        for (String argument : arguments) {
            if (argument.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an argument of " + arguments.getFirst() + " has a NUL character");
            }
        }
    }

    /** The same for one of several clusters; {@code sstat} has no such option. */
    Command onCluster(String cluster) {
        if (program().equals("sstat")) {
            return this;
        }
        List<String> named = new ArrayList<>(arguments);
        named.add(1, "--clusters=" + cluster);
        return new Command(named, standardInput, environment, timeout, outputLimitBytes);
    }

    /** The program's name without its directory. */
    public String program() {
        String path = arguments.getFirst();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
