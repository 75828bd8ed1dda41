package aifactory.service.composition;

import aifactory.service.ClientServiceConfiguration;
import aifactory.service.Journal;
import aifactory.service.ServiceClock;
import aifactory.service.ServiceThreads;
import aifactory.service.coordination.GroupSupervisor;
import aifactory.service.coordination.RunCoordinator;
import aifactory.service.coordination.RunResults;
import aifactory.service.coordination.ServerCoordinator;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.logs.LogDirectory;
import aifactory.service.observation.ServerMetricsCollector;
import aifactory.service.persistence.Database;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StateWriter;
import aifactory.service.persistence.StorageException;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the service does, between its HTTP layer and its database. It waits by {@link ServiceThreads} alone, so that it
 * runs in simulated time as well.
 *
 * @param restored groups that an earlier process of the service left
 */
public record ServiceCore(
        ServiceClock clock,
        Journal journal,
        StateWriter writer,
        StateStore store,
        ClientManager clients,
        RunCoordinator runs,
        RunResults results,
        LogDirectory logs,
        ServerCoordinator servers,
        ServerMetricsCollector serverMetrics,
        GroupSupervisor supervisor,
        List<Group> restored) {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceCore.class);

    /**
     * Composes the parts and restores what is stored. Nothing is supervised before {@link #supervise}.
     *
     * @param ownAddress under which clients reach the service; known once it listens
     * @param certificateSha256 of the service's certificate; null without TLS
     */
    static ServiceCore compose(
            ClientServiceConfiguration configuration,
            ServiceDependencies dependencies,
            Database database,
            StateWriter writer,
            Supplier<URI> ownAddress,
            @Nullable String certificateSha256)
            throws StorageException {
        ServiceClock clock = new ServiceClock(dependencies.instants(), dependencies.clock(), dependencies.threads());
        Journal journal = new Journal(clock);
        StateStore store = new StateStore(database, writer);
        ClientManager clients = new ClientManager(
                configuration,
                clock,
                dependencies.random(),
                store,
                journal,
                dependencies.dispatcher(),
                ownAddress,
                certificateSha256);
        ServerMetricsCollector serverMetrics = new ServerMetricsCollector(clients, clock, configuration.engines());
        RunResults results = new RunResults(
                configuration,
                store,
                dependencies.build(),
                serverMetrics,
                clients.targets()::sharing,
                dependencies.dispatcher()::provenance);
        RunCoordinator runs = new RunCoordinator(
                configuration, clock, dependencies.random(), store, journal, clients, results, dependencies.probe());
        LogDirectory logs = new LogDirectory(configuration.sharedDirectory().resolve("logs"));
        ServerCoordinator servers = new ServerCoordinator(clients, logs, configuration.timings(), clock);
        GroupSupervisor supervisor =
                new GroupSupervisor(clients, runs, servers, dependencies.dispatcher(), configuration.timings(), clock);
        List<Group> restored = clients.restore();
        runs.removeUnacknowledged();
        for (Group group : restored) {
            runs.restore(group);
            // The end of its run may have been stored, and what it means for the group not.
            group.lock().lock();
            try {
                clients.updateReadiness(group);
            } catch (RuntimeException e) {
                LOG.error("Cannot determine the readiness of group {}", group.benchmarkId(), e);
            } finally {
                group.lock().unlock();
            }
        }
        return new ServiceCore(
                clock,
                journal,
                writer,
                store,
                clients,
                runs,
                results,
                logs,
                servers,
                serverMetrics,
                supervisor,
                restored);
    }

    /**
     * Starts the service without its HTTP layer.
     *
     * @param ownAddress under which clients reach the service
     */
    public static ServiceCore start(
            ClientServiceConfiguration configuration,
            ServiceDependencies dependencies,
            Database database,
            URI ownAddress)
            throws StorageException, InterruptedException {
        StateWriter writer = new StateWriter(
                database, configuration.limits().maximumQueuedWrites(), dependencies.threads(), dependencies.clock());
        ServiceCore core = compose(configuration, dependencies, database, writer, () -> ownAddress, null);
        core.supervise();
        return core;
    }

    /** Starts to supervise the groups. */
    void supervise() throws InterruptedException {
        supervisor.start(restored);
    }
}
