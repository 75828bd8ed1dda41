package aifactory.slurm.testbed;

import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandOutcome;
import aifactory.slurm.command.CommandOutcome.Exited;
import aifactory.slurm.command.CommandRunner;
import aifactory.slurm.command.ProcessCommandRunner;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The project's testbed, as an ordinary user of it.
 *
 * @param exec the program that runs a command on its login node
 */
record Testbed(Path exec, String version, String user) {
    /**
     * From system properties; there is no default and no way around them: who asks for a real cluster gets one or an
     * error.
     */
    static Testbed fromProperties() {
        Path exec = Path.of(property("aifactory.testbed.exec")).toAbsolutePath();
        if (!Files.isExecutable(exec)) {
            throw new IllegalStateException("aifactory.testbed.exec is " + exec + ", which cannot be run");
        }
        return new Testbed(
                exec, property("aifactory.testbed.version"), System.getProperty("aifactory.testbed.user", "alice"));
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set: -D" + name + "=…");
        }
        return value;
    }

    /** Of its slurmrestd. */
    URI restAddress() {
        String network = System.getenv().getOrDefault("AIFACTORY_TESTBED_NETWORK", "10.77");
        return URI.create("http://" + network + "." + version.substring(0, 2) + ".1:6820");
    }

    /** Runs commands there instead of here. */
    CommandRunner commands() {
        ProcessCommandRunner local = new ProcessCommandRunner();
        return command -> {
            List<String> arguments = new ArrayList<>(
                    List.of(exec.toString(), "--slurm", version, "--user", user, "--directory", "/scratch"));
            command.environment().forEach((name, value) -> arguments.addAll(List.of("--env", name + "=" + value)));
            arguments.add("--");
            arguments.addAll(command.arguments());
            return local.run(new Command(
                    arguments, command.standardInput(), surroundings(), command.timeout(), command.outputLimitBytes()));
        };
    }

    /** What {@code testbed/exec} itself reads: where its state is. */
    private static Map<String, String> surroundings() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().removeIf(name -> !name.equals("PATH") && !name.startsWith("AIFACTORY_TESTBED_"));
        return environment;
    }

    String read(Path file) throws IOException, InterruptedException {
        CommandOutcome outcome = commands()
                .run(new Command(List.of("cat", file.toString()), "", Map.of(), Duration.ofSeconds(30), 1 << 20));
        if (outcome instanceof Exited(int code, String output, String error) && code == 0) {
            return output;
        }
        throw new IOException("cannot read " + file + ": " + outcome);
    }
}
