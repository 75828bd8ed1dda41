package aifactory.server.process;

import aifactory.protocol.ServerSpecification;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Starts servers. Thread-safe. */
public final class ServerLauncher {
    /** A server does not outlive the process that watches over it. */
    private static final List<String> DIES_WITH_ITS_PARENT = List.of("setpriv", "--pdeathsig", "KILL", "--");

    private final Map<String, String> node;
    private final boolean knowsParents;

    /**
     * @param environment of this process
     */
    public ServerLauncher(Map<String, String> environment) {
        this.node = Map.copyOf(environment);
        this.knowsParents = works(DIES_WITH_ITS_PARENT);
    }

    /** Older systems do not know the option; there a server is left to Slurm. */
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

    /** The words that {@link #start} starts, for people. */
    public List<String> command(ServerSpecification specification, ServerPlace place) {
        List<String> words = place.command(specification);
        return specification.container() == null
                ? words
                : ContainerCommand.words(specification.container(), specification.gpus() > 0, words);
    }

    /**
     * Starts a server. The thread that calls has to live as long as the server: its end would end the server.
     *
     * @throws IOException when there is no such program on the node
     */
    Process start(ServerSpecification specification, ServerPlace place) throws IOException {
        List<String> words = new ArrayList<>(knowsParents ? DIES_WITH_ITS_PARENT : List.of());
        words.addAll(command(specification, place));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        Map<String, String> ofServer = new TreeMap<>(specification.environment());
        String devices = place.devices(specification, node.get("CUDA_VISIBLE_DEVICES"));
        if (devices != null) {
            ofServer.put("CUDA_VISIBLE_DEVICES", devices);
        }
        // The group's secret and Slurm's token are none of the server's business.
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
