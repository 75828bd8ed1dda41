package aifactory.service;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A running Client Service. Thread-safe. */
public final class ClientService implements AutoCloseable {
    private ClientService() {}

    /**
     * Starts a service, taking up what an earlier life left in the data directory.
     *
     * @throws ServiceStartException names what is in the way: a port in use, a directory that cannot be written
     */
    public static ClientService start(ClientServiceConfiguration configuration, ServiceDependencies dependencies)
            throws ServiceStartException {
        throw new UnsupportedOperationException();
    }

    /** {@code http://HOST:PORT}, with the real port. */
    public URI address() {
        throw new UnsupportedOperationException();
    }

    /** The file with the token that may do everything; null without authentication. */
    public @Nullable Path tokenFile() {
        throw new UnsupportedOperationException();
    }

    /** The file by which programs of the same user find the service. */
    public Path discoveryFile() {
        throw new UnsupportedOperationException();
    }

    /** Stops serving. Groups and their clients go on and are taken up by the next start. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
