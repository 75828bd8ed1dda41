package aifactory.commandline.composition;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.session.Session;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceStartException;
import aifactory.service.ServiceThreads;
import aifactory.service.composition.ClientService;
import aifactory.service.composition.OldGeneration;
import aifactory.service.composition.ServiceDependencies;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Client Service of {@code aifactory serve}: its clients and runs outlive it and are adopted by the next process.
 */
public final class LastingService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LastingService.class);
    private static final Set<String> NEEDED = Set.of("state-writer", "group-supervisor");
    /** Of sysexits.h: an internal error of the software. */
    private static final int ENDED_BY_ERROR = 70;

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
        return start(configuration.withEngines(ServerEngines.of(session, settings)), dependencies);
    }

    /** Starts the service in a process that is its own: an error in one of its threads ends it. */
    static LastingService start(ClientServiceConfiguration configuration, ServiceDependencies dependencies) {
        Thread.setDefaultUncaughtExceptionHandler(LastingService::endAfter);
        try {
            LastingService service = new LastingService(ClientService.start(configuration, dependencies));
            OldGeneration.watch(ServiceThreads.SYSTEM);
            return service;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted while the service started", e);
        } catch (ServiceStartException e) {
            throw new CommandFailure(ExitCode.WRONG_INPUT, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * A service without one of its threads would answer and do nothing: its process ends, and its supervisor restarts
     * it.
     */
    private static void endAfter(Thread thread, Throwable failure) {
        try {
            LOG.error("The thread {} has ended", thread.getName(), failure);
        } finally {
            // Whether or not there was room to log it.
            if (failure instanceof Error || NEEDED.contains(thread.getName())) {
                Runtime.getRuntime().halt(ENDED_BY_ERROR);
            }
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
