package aifactory.service.composition;

import aifactory.service.AuthenticationMode;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceStartException;
import aifactory.service.access.AccessTokens;
import aifactory.service.access.DiscoveryFile;
import aifactory.service.access.OwnDirectory;
import aifactory.service.access.ServerCertificate;
import aifactory.service.access.ServiceLock;
import aifactory.service.coordination.Pruning;
import aifactory.service.groups.Group;
import aifactory.service.groups.PromptFiles;
import aifactory.service.http.HttpInterface;
import aifactory.service.http.ServedRoute;
import aifactory.service.metrics.ServiceMetrics;
import aifactory.service.observers.NetworkAllowList;
import aifactory.service.observers.Observers;
import aifactory.service.operations.Operations;
import aifactory.service.persistence.Database;
import aifactory.service.persistence.JournalStore;
import aifactory.service.persistence.ObserverStore;
import aifactory.service.persistence.StateWriter;
import aifactory.service.persistence.StorageException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running Client Service: puts its parts together. Thread-safe. */
public final class ClientService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientService.class);

    private final ServiceLock lock;
    private final Database database;
    private final StateWriter writer;
    private final ServiceDependencies dependencies;
    private final ServiceCore core;
    private final Observers observers;
    private final Pruning pruning;
    private final HttpInterface http;
    private final @Nullable AccessTokens tokens;
    private final Path discoveryFile;

    private ClientService(
            ServiceLock lock,
            Database database,
            StateWriter writer,
            ServiceDependencies dependencies,
            ServiceCore core,
            Observers observers,
            Pruning pruning,
            HttpInterface http,
            @Nullable AccessTokens tokens,
            Path discoveryFile) {
        this.lock = lock;
        this.database = database;
        this.writer = writer;
        this.dependencies = dependencies;
        this.core = core;
        this.observers = observers;
        this.pruning = pruning;
        this.http = http;
        this.tokens = tokens;
        this.discoveryFile = discoveryFile;
    }

    /**
     * Starts a service and restores the state that a previous process left in the data directory.
     *
     * @throws ServiceStartException names the problem: a port in use, a directory that cannot be written
     */
    public static ClientService start(ClientServiceConfiguration configuration, ServiceDependencies dependencies)
            throws ServiceStartException, InterruptedException {
        checkAdvertised(configuration);
        OwnDirectory.make(configuration.dataDirectory());
        OwnDirectory.make(configuration.sharedDirectory());
        OwnDirectory.make(configuration.sharedDirectory().resolve("logs"));
        checkShared(configuration.sharedDirectory());
        AccessTokens tokens = configuration.authentication() == AuthenticationMode.TOKEN
                ? AccessTokens.open(configuration.dataDirectory(), dependencies.random())
                : null;
        ServerCertificate certificate = configuration.tls() == null
                ? null
                : ServerCertificate.read(
                        configuration.tls().certificate(), configuration.tls().key());
        if (tokens == null) {
            LOG.warn(
                    "Authentication is off: every client that can connect to {} may run and delete benchmarks",
                    configuration.host());
        }
        ServiceLock lock = ServiceLock.acquire(configuration.dataDirectory());
        try {
            Database database = Database.open(configuration.dataDirectory(), configuration.postgres());
            StateWriter writer = new StateWriter(
                    database,
                    configuration.limits().maximumQueuedWrites(),
                    dependencies.threads(),
                    dependencies.clock());
            try {
                return compose(configuration, dependencies, lock, database, writer, tokens, certificate);
            } catch (ServiceStartException | StorageException | IOException | RuntimeException e) {
                writer.close();
                database.close();
                throw e;
            }
        } catch (StorageException | IOException e) {
            lock.close();
            throw new ServiceStartException(String.valueOf(e.getMessage()));
        } catch (ServiceStartException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static ClientService compose(
            ClientServiceConfiguration configuration,
            ServiceDependencies dependencies,
            ServiceLock lock,
            Database database,
            StateWriter writer,
            @Nullable AccessTokens tokens,
            @Nullable ServerCertificate certificate)
            throws ServiceStartException, StorageException, IOException, InterruptedException {
        JournalStore journalStore = new JournalStore(database, writer);
        AtomicReference<URI> address = new AtomicReference<>(
                URI.create((certificate == null ? "http" : "https") + "://127.0.0.1:" + configuration.port()));
        ServiceCore core = ServiceCore.compose(
                configuration,
                dependencies,
                database,
                writer,
                address::get,
                certificate == null ? null : certificate.sha256());
        Observers observers = new Observers(
                networks(configuration),
                new ObserverStore(database, writer),
                core.journal(),
                dependencies.clock(),
                new GroupUpdates(core.clients(), core.clock()));
        ServiceMetrics metrics = new ServiceMetrics(core.clients(), writer);
        HttpInterface http = listen(
                configuration,
                lock,
                core,
                new HttpInterface.Parts(
                        core.clients(),
                        core.supervisor(),
                        core.runs(),
                        core.servers(),
                        core.results(),
                        new Operations(
                                core.clients(),
                                core.supervisor(),
                                core.store(),
                                core.journal(),
                                dependencies.dispatcher(),
                                core.logs(),
                                address::get,
                                core.clock()),
                        core.store(),
                        journalStore,
                        writer,
                        observers,
                        metrics,
                        core.journal(),
                        core.clock(),
                        dependencies.build(),
                        tokens,
                        certificate));
        URI advertised = configuration.advertisedAddress();
        address.set(advertised == null ? http.address() : withPort(advertised, http.address()));
        lock.record(http.address().getPort());
        core.supervise();
        observers.start();
        core.serverMetrics().start();
        Pruning pruning = new Pruning(
                configuration.policy().retention(),
                core.clients(),
                core.store(),
                journalStore,
                new PromptFiles(configuration.sharedDirectory()),
                core.clock());
        pruning.start();
        Path discovery = DiscoveryFile.write(
                configuration.dataDirectory(),
                http.address(),
                tokens == null ? null : tokens.file(),
                certificate == null ? null : certificate.sha256());
        LOG.info(
                "Serving at {}, {} groups restored",
                http.address(),
                core.restored().size());
        return new ClientService(
                lock, database, writer, dependencies, core, observers, pruning, http, tokens, discovery);
    }

    /**
     * Clients of a previous process look for the service at the port that they were given: while any are left, the
     * service does not move to another.
     */
    private static HttpInterface listen(
            ClientServiceConfiguration configuration, ServiceLock lock, ServiceCore core, HttpInterface.Parts parts)
            throws ServiceStartException {
        int first = configuration.port();
        int latest = lock.latestPort().orElse(first);
        long open = core.restored().stream().filter(ClientService::isOpen).count();
        if (open == 0 || latest < first || latest > first + configuration.alternativePorts()) {
            HttpInterface http = HttpInterface.start(configuration, parts);
            if (first != 0 && http.address().getPort() != first) {
                LOG.info(
                        "Port {} is in use: listening on {}",
                        first,
                        http.address().getPort());
            }
            return http;
        }
        try {
            return HttpInterface.start(
                    configuration
                            .withAddress(configuration.host(), latest, configuration.advertisedAddress())
                            .withAlternativePorts(0),
                    parts);
        } catch (ServiceStartException e) {
            throw new ServiceStartException(e.getMessage() + ". The clients of " + open
                    + (open == 1 ? " group" : " groups") + " expect the service at port " + latest);
        }
    }

    private static boolean isOpen(Group group) {
        group.lock().lock();
        try {
            return !group.state().isTerminal();
        } finally {
            group.lock().unlock();
        }
    }

    private static NetworkAllowList networks(ClientServiceConfiguration configuration) throws ServiceStartException {
        try {
            return NetworkAllowList.of(configuration.policy().observerNetworks());
        } catch (IllegalArgumentException e) {
            throw new ServiceStartException(String.valueOf(e.getMessage()));
        }
    }

    /** Clients know the service by its certificate, and send their secret to nothing else. */
    private static void checkAdvertised(ClientServiceConfiguration configuration) throws ServiceStartException {
        URI advertised = configuration.advertisedAddress();
        if (configuration.tls() != null && advertised != null && !"https".equals(advertised.getScheme())) {
            throw new ServiceStartException("invalid advertised address: '" + advertised
                    + "' (expected https://, since the service serves TLS)");
        }
    }

    /** An address for clients that was given before the port was known gets the real one. */
    private static URI withPort(URI advertised, URI real) {
        return advertised.getPort() == 0
                ? URI.create(advertised.getScheme() + "://" + advertised.getHost() + ":" + real.getPort())
                : advertised;
    }

    /** What may be in the shared directory from an earlier start. */
    private static void checkShared(Path shared) throws ServiceStartException {
        for (String name : List.of("jobs", "secrets", "prompts", "program")) {
            Path directory = shared.resolve(name);
            if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                OwnDirectory.check(directory);
            }
        }
    }

    /** {@code http://HOST:PORT}, with the real port. */
    public URI address() {
        return http.address();
    }

    /** The file with the token that may do everything; null without authentication. */
    public @Nullable Path tokenFile() {
        return tokens == null ? null : tokens.file();
    }

    /** The file with the read-only token; null without authentication. */
    public @Nullable Path readOnlyTokenFile() {
        return tokens == null ? null : tokens.readOnlyFile();
    }

    /** Everything that is served over HTTP. */
    public List<ServedRoute> routes() {
        return http.routes();
    }

    /** The file by which programs of the same user find the service. */
    public Path discoveryFile() {
        return discoveryFile;
    }

    /** What is served, for tests of what happens under its locks. */
    ServiceCore core() {
        return core;
    }

    /** Ends as a kill would: what was not durable is lost, nothing is cleaned up. For tests of what survives. */
    public void halt() {
        http.close();
        observers.close();
        core.serverMetrics().close();
        pruning.close();
        core.supervisor().close();
        writer.halt();
        database.close();
        lock.close();
    }

    /** Stops serving. Groups and their clients continue and are restored at the next start. */
    @Override
    public void close() {
        http.close();
        observers.close();
        core.serverMetrics().close();
        pruning.close();
        core.supervisor().close();
        writer.close();
        database.close();
        dependencies.dispatcher().close();
        try {
            Files.deleteIfExists(discoveryFile);
        } catch (IOException e) {
            LOG.warn("The discovery file {} could not be deleted: {}", discoveryFile, e.getMessage());
        }
        lock.close();
    }
}
