package aifactory.commandline.composition;

import aifactory.service.dispatch.local.ClientCommandLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a client process is started on this machine. */
final class ClientProcessCommandLine implements ClientCommandLine {
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
        List<String> options = new ArrayList<>(JvmOptions.CLIENT);
        String more = System.getProperty("aifactory.client.java.options", "");
        more.lines().filter(option -> !option.isBlank()).forEach(options::add);
        return options;
    }
}
