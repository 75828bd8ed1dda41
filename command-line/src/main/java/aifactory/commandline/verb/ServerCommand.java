package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.logging.LogSettings;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.DurationConverter;
import aifactory.commandline.option.ServerAddress;
import aifactory.commandline.session.Session;
import aifactory.node.TerminationHook;
import aifactory.server.ServerProcess;
import aifactory.server.ServerProcessConfiguration;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aifactory server}. */
@Command(
        name = "server",
        description = {
            "Start and monitor the AI server of a group on this node, as the group's job does. The Client Service",
            "decides what is started and when it ends. Users write a 'server' block in their benchmark file instead.",
            "The group's secret is read from the file that AIFACTORY_GROUP_SECRET_FILE names."
        })
public final class ServerCommand extends Verb implements Callable<Integer> {
    @Option(
            names = "--client-service-addr",
            paramLabel = "URL",
            split = ",",
            required = true,
            converter = ServerAddress.class,
            description = "URL of the Client Service, or several separated by commas")
    private List<URI> services = List.of();

    @Option(
            names = "--benchmark-id",
            paramLabel = "ID",
            required = true,
            converter = CountConverter.BenchmarkId.class,
            description = "id of the group, a number")
    private Long benchmarkId = 0L;

    @Option(
            names = "--log-directory",
            paramLabel = "DIR",
            required = true,
            description = "directory for the server's output, shared by all nodes")
    private String logDirectory = ".";

    @Option(names = "--interface", paramLabel = "NAME", description = "network interface of the server, such as ib0")
    private @Nullable String interfaceName;

    @Option(names = "--address", paramLabel = "ADDRESS", description = "local address of the server")
    private @Nullable String address;

    @Option(
            names = "--service-lost-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "time without contact to the Client Service after which the process ends; default: 15m")
    private Duration serviceLostTimeout = ServerProcessConfiguration.DEFAULT_SERVICE_LOST_TIMEOUT;

    private final Session session;
    private final Configuration configuration;

    public ServerCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        LogSettings.apply(configuration, "info");
        Path logs = session.resolve(logDirectory);
        return ServerProcess.run(
                new ServerProcessConfiguration(services, benchmarkId, logs, interfaceName, address, serviceLostTimeout),
                session.environment(),
                session.clock(),
                session.instants(),
                TerminationHook.JVM);
    }
}
