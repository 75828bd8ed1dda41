package aifactory.server.process;

import aifactory.protocol.ServerSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts servers. Thread-safe. */
public final class ServerLauncher {
    /** A server does not outlive the process that monitors it. */
    private static final List<String> DIES_WITH_ITS_PARENT = List.of("setpriv", "--pdeathsig", "KILL", "--");
    /** By its session the workers of a server are found that it has left behind. */
    private static final List<String> LEADS_A_SESSION = List.of("setsid");

    private final Map<String, String> node;
    private final List<String> prefix;

    /**
     * @param environment of this process
     */
    public ServerLauncher(Map<String, String> environment) {
        this.node = Map.copyOf(environment);
        List<String> words = new ArrayList<>();
        Stream.of(DIES_WITH_ITS_PARENT, LEADS_A_SESSION)
                .filter(ServerLauncher::works)
                .forEach(words::addAll);
        this.prefix = List.copyOf(words);
    }

    /**
     * Older systems do not know the option; there a server is left to Slurm. So it is where there is no such program.
     */
    private static boolean works(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The words that {@link #start} starts, for users. */
    public List<String> command(ServerSpecification specification, ServerPlace place) {
        List<String> words = place.command(specification);
        return specification.container() == null
                ? words
                : ContainerCommand.words(specification.container(), specification.gpus() > 0, words);
    }

    /** Whether a program is found on this node by its name. */
    boolean knows(String program) {
        String path = node.get("PATH");
        return path == null
                || Stream.of(path.split(":", -1))
                        .anyMatch(directory ->
                                Files.isExecutable(Path.of(directory.isEmpty() ? "." : directory, program)));
    }

    /**
     * Starts a server. The thread that calls has to live as long as the server: its end would end the server.
     *
     * @throws IOException when there is no such program on the node
     */
    Process start(ServerSpecification specification, ServerPlace place) throws IOException {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(command(specification, place));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        Map<String, String> ofServer = new TreeMap<>(specification.environment());
        String devices = place.devices(specification, node.get("CUDA_VISIBLE_DEVICES"));
        if (devices != null) {
            ofServer.put("CUDA_VISIBLE_DEVICES", devices);
        }
        // The server must not see the group's secret and Slurm's token.
        builder.environment().keySet().removeIf(name -> name.startsWith("AIFACTORY_") || name.equals("SLURM_JWT"));
        builder.environment()
                .putAll(
                        specification.container() == null
                                ? ofServer
                                : ContainerCommand.environment(builder.environment(), ofServer));
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }
}
