package aifactory.commandline.composition;

import aifactory.service.dispatch.local.ServerCommandLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command line of the process that starts and monitors an AI server on this machine. */
final class ServerProcessCommandLine implements ServerCommandLine {
    private final @Nullable Duration serviceLostTimeout;

    /**
     * @param serviceLostTimeout servers do not outlive their service by more than that; null for as long as they do by
     *      default
     */
    ServerProcessCommandLine(@Nullable Duration serviceLostTimeout) {
        this.serviceLostTimeout = serviceLostTimeout;
    }

    @Override
    public List<String> of(Server server) {
        List<String> arguments = new ArrayList<>(List.of(
                "server",
                "--client-service-addr",
                server.clientService().toString(),
                "--benchmark-id",
                Long.toString(server.benchmarkId()),
                "--log-directory",
                server.logDirectory().toString()));
        if (serviceLostTimeout != null) {
            arguments.addAll(List.of("--service-lost-timeout", serviceLostTimeout.toSeconds() + "s"));
        }
        return JavaCommand.of(JvmOptions.SERVER, arguments);
    }
}
