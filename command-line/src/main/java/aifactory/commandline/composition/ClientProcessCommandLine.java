package aifactory.commandline.composition;

import aifactory.service.dispatch.local.ClientCommandLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a client process is started on this machine. */
final class ClientProcessCommandLine implements ClientCommandLine {
    /**
     * A client allocates little and must not pause: a small heap keeps every collection short, and a garbage collector
     * without separate threads leaves the cores to the event loops. The engine touches the memory before a run, so that
     * a client that waits does not hold it; loading classes must not trigger a collection of everything.
     */
    static final List<String> LOW_JITTER =
            List.of("-XX:+UseSerialGC", "-Xms128m", "-Xmn64m", "-Xmx768m", "-XX:MetaspaceSize=128m");

    private final @Nullable Duration serviceLostTimeout;

    /**
     * @param serviceLostTimeout clients do not outlive their service by more than that; null for as long as they do by
     *      default
     */
    ClientProcessCommandLine(@Nullable Duration serviceLostTimeout) {
        this.serviceLostTimeout = serviceLostTimeout;
    }

    @Override
    public List<String> of(Client client) {
        List<String> arguments = new ArrayList<>(List.of(
                "client",
                "--client-service-addr",
                client.clientService().toString(),
                "--benchmark-id",
                Long.toString(client.benchmarkId()),
                // Several clients share this machine, and only one of them could have port 9000.
                "--port",
                "0"));
        if (client.aiServer() != null) {
            arguments.addAll(List.of("--ai-server-addr", client.aiServer().toString()));
        }
        if (client.gpuEnabled()) {
            arguments.add("--gpu-enabled");
        }
        if (serviceLostTimeout != null) {
            arguments.addAll(List.of("--service-lost-timeout", serviceLostTimeout.toSeconds() + "s"));
        }
        return JavaCommand.of(virtualMachineOptions(), arguments);
    }

    /**
     * What the launcher of this program adds, one a line: where an installed program has its cache of loaded classes,
     * for instance.
     */
    private static List<String> virtualMachineOptions() {
        List<String> options = new ArrayList<>(LOW_JITTER);
        String more = System.getProperty("aifactory.client.java.options", "");
        more.lines().filter(option -> !option.isBlank()).forEach(options::add);
        return options;
    }
}
