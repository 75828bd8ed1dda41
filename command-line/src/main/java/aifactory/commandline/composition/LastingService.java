package aifactory.commandline.composition;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.session.Session;
import aifactory.service.ClientService;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceDependencies;
import aifactory.service.ServiceStartException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The Client Service of {@code aifactory serve}: its clients and runs outlive it and are taken up by the next one. */
public final class LastingService implements AutoCloseable {
    private final ClientService service;

    private LastingService(ClientService service) {
        this.service = service;
    }

    /** Starts the service. */
    public static LastingService start(
            Session session,
            Configuration settings,
            ClientServiceConfiguration configuration,
            DispatcherKind dispatcher) {
        ServiceDependencies dependencies = ServiceDependencies.system(
                Dispatchers.ofLastingService(session, settings)
                        .of(dispatcher, configuration.dataDirectory(), configuration.sharedDirectory()),
                Dispatchers.build());
        NativeLibraries.extractInto(session, configuration.dataDirectory().resolve("native"));
        try {
            return new LastingService(ClientService.start(configuration, dependencies));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted while the service started", e);
        } catch (ServiceStartException e) {
            throw new CommandFailure(ExitCode.WRONG_INPUT, String.valueOf(e.getMessage()), e);
        }
    }

    public URI address() {
        return service.address();
    }

    /** The file with the token that may do everything; null without authentication. */
    public @Nullable Path tokenFile() {
        return service.tokenFile();
    }

    @Override
    public void close() {
        service.close();
    }
}
