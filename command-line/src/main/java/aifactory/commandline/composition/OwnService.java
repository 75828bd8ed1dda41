package aifactory.commandline.composition;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.ConfigurationKey;
import aifactory.commandline.configuration.SharedDirectory;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.session.Session;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceStartException;
import aifactory.service.composition.ClientService;
import aifactory.service.composition.ServiceDependencies;
import aifactory.service.dispatch.ClientDispatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A Client Service inside this process, on a free port, for one benchmark. It listens beyond the loopback interface
 * only where its clients run on other machines.
 */
public final class OwnService implements AutoCloseable {
    /** Long enough for a busy machine, short enough that nothing lingers when this process is killed. */
    private static final Duration SERVICE_LOST_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

    private final ClientService service;
    private final ServiceClient client;

    private OwnService(ClientService service, ServiceClient client) {
        this.service = service;
        this.client = client;
    }

    /**
     * Starts the service.
     *
     * @param directory for its data; goes when the benchmark is done
     */
    public static OwnService start(Session session, Configuration settings, DispatcherKind dispatcher, Path directory) {
        Path data = directory.resolve("data");
        NativeLibraries.extractInto(session, directory.resolve("native"));
        Path shared =
                dispatcher.isOnOtherMachines() ? SharedDirectory.usual(session, settings) : directory.resolve("shared");
        ServiceAddresses addresses = addresses(settings, dispatcher);
        ClientServiceConfiguration configuration = ClientServiceConfiguration.defaults(data, shared)
                .withAddress(addresses.host(), 0, addresses.advertised())
                .withEngines(ServerEngines.of(session, settings));
        if (!dispatcher.isOnOtherMachines()) {
            configuration = configuration.withTimings(configuration.timings().forLocalClients());
        }
        try {
            ClientDispatcher dispatching = Dispatchers.ofShortLivedService(session, settings, SERVICE_LOST_TIMEOUT)
                    .of(dispatcher, data, shared);
            ServiceDependencies dependencies = ServiceDependencies.system(dispatching, Dispatchers.build());
            ClientService service = ClientService.start(configuration, dependencies);
            return new OwnService(
                    service,
                    ServiceClient.of(
                            service.address(), token(service.tokenFile()), ANSWER_TIMEOUT, session.interruption()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted while the service started", e);
        } catch (ServiceStartException e) {
            throw new CommandFailure(ExitCode.WRONG_INPUT, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The port is always a free one, unlike that of a permanent service; the host name under which nodes reach this
     * machine is the same.
     */
    private static ServiceAddresses addresses(Configuration settings, DispatcherKind dispatcher) {
        if (!dispatcher.isOnOtherMachines()) {
            return ServiceAddresses.of("127.0.0.1", null, 0, false, false);
        }
        String advertised = settings.given(ConfigurationKey.ADVERTISE)
                .map(ServiceAddresses::hostOf)
                .orElse(null);
        return ServiceAddresses.of(null, advertised, 0, false, true);
    }

    private static @Nullable String token(@Nullable Path file) {
        try {
            return file == null ? null : Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INTERNAL_FAULT,
                    "the service's token cannot be read from " + file + ": " + e.getMessage(),
                    e);
        }
    }

    /** Talks to the service. */
    public ServiceClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        service.close();
    }
}
