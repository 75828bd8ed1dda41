package aifactory.commandline.api;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.ConfigurationKey;
import aifactory.commandline.configuration.DataDirectory;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.session.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the Client Service for a command, and the token for it. */
public final class ServiceAccess {
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);
    /** Half a minute in all. */
    private static final int MOST_RETRIES = 8;

    private final Session session;
    private final Configuration configuration;

    private ServiceAccess(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    public static ServiceAccess of(Session session, Configuration configuration) {
        return new ServiceAccess(session, configuration);
    }

    /**
     * A client of the service that is named, or of the one whose discovery file is found.
     *
     * @throws CommandFailure with exit code 4 when no service is running
     */
    public ServiceClient connect(ServiceOptions options) {
        return find(options)
                .or(() -> client(Discovery.readOther(dataDirectory()), options))
                .orElseThrow(() -> CommandFailure.unavailable("no Client Service is running (no discovery file in "
                        + dataDirectory() + "); start one with 'aifactory serve', or name one with --service URL"));
    }

    /**
     * The same, empty when no service is named and none is running.
     *
     * @throws CommandFailure with exit code 4 when a service is named and does not answer
     */
    public Optional<ServiceClient> find(ServiceOptions options) {
        URI named = options.service();
        if (named != null) {
            return Optional.of(client(named, namedToken(options), options.certificateSha256()));
        }
        return client(Discovery.read(dataDirectory()), options);
    }

    private Optional<ServiceClient> client(Optional<Discovery> discovery, ServiceOptions options) {
        return discovery
                .filter(Discovery::isAlive)
                .map(found -> client(
                        found.address(),
                        options.tokenFile() == null ? readToken(found.tokenFile()) : namedToken(options),
                        found.certificateSha256()));
    }

    private ServiceClient client(URI address, @Nullable String token, @Nullable String certificateSha256) {
        return ServiceClient.of(
                address,
                token,
                certificateSha256,
                configuration.duration(ConfigurationKey.HTTP_TIMEOUT, Duration.ofMillis(1), LONGEST_TIMEOUT),
                configuration.number(ConfigurationKey.HTTP_MAX_RETRIES, 0, MOST_RETRIES),
                session.interruption());
    }

    private @Nullable String namedToken(ServiceOptions options) {
        String file = options.tokenFile();
        return file == null ? null : readToken(session.resolve(file));
    }

    private static @Nullable String readToken(@Nullable Path file) {
        if (file == null) {
            return null;
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw CommandFailure.wrongInput("token file " + file + " cannot be read: " + e.getMessage());
        }
    }

    private Path dataDirectory() {
        return DataDirectory.of(
                session, configuration.given(ConfigurationKey.DATA_DIR).orElse(null));
    }
}
