package aifactory.client;

import aifactory.client.command.ClockBurst;
import aifactory.client.command.CommandPoller;
import aifactory.client.command.RunCoordinator;
import aifactory.client.command.RunState;
import aifactory.client.connection.GroupService;
import aifactory.client.connection.Registration;
import aifactory.client.connection.RegistrationOutcome;
import aifactory.client.connection.ServiceClock;
import aifactory.client.control.ClientProcessState;
import aifactory.client.control.ClientStatus;
import aifactory.client.control.ServiceOrders;
import aifactory.client.delivery.BatchDelivery;
import aifactory.client.delivery.BatchSpool;
import aifactory.client.gpu.GpuQuery;
import aifactory.client.gpu.GpuSampler;
import aifactory.client.progress.LiveMeasurements;
import aifactory.client.progress.ProcessContext;
import aifactory.client.waiting.EndReason;
import aifactory.engine.LoadGenerator;
import aifactory.measurement.ClockOffset;
import aifactory.measurement.ClockOffsetEstimator;
import aifactory.node.NodeExitCode;
import aifactory.node.connection.ServiceHttp;
import aifactory.node.environment.NodeProblemException;
import aifactory.protocol.ConnectResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of a process from its registration to its end, and what it shows of itself meanwhile. */
final class ClientSession {
    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);
    private static final double NANOS_PER_MILLISECOND = 1e6;
    private static final long SHORTEST_HOLD_SECONDS = 1;
    private static final long LONGEST_HOLD_SECONDS = 120;
    /** A load whose measurements are no longer wanted has to end, but its last interval is not awaited. */
    private static final Duration GIVEN_UP_PATIENCE = Duration.ofSeconds(5);

    private final ClientProcessConfiguration configuration;
    private final ClientIdentity identity;
    private final LoadGenerator generator;
    private final ServiceHttp http;
    private final ProcessContext context;
    private final GpuQuery gpuQuery;
    private final ServiceClock serviceClock;
    private final LiveMeasurements live = new LiveMeasurements();
    private final ServiceOrders orders;
    private volatile @Nullable Parts parts;

    /** What there is from the registration on. */
    private record Parts(URI service, GroupService group, BatchSpool spool, RunCoordinator coordinator) {}

    ClientSession(
            ClientProcessConfiguration configuration,
            ClientIdentity identity,
            LoadGenerator generator,
            ServiceHttp http,
            ClientDependencies dependencies,
            ProcessContext context) {
        this.configuration = configuration;
        this.identity = identity;
        this.generator = generator;
        this.http = http;
        this.context = context;
        this.gpuQuery = dependencies.gpus();
        this.serviceClock =
                new ServiceClock(new ClockOffsetEstimator(), dependencies.clock(), dependencies.timeOfDay());
        this.orders = new ServiceOrders(() -> Optional.ofNullable(numClients()).orElse(0), this::stopHere);
    }

    LiveMeasurements live() {
        return live;
    }

    ServiceOrders orders() {
        return orders;
    }

    /** Does what the service orders until the end, and delivers what is left. @return the exit code */
    int serve(RegistrationOutcome.Registered registered, Registration registration)
            throws NodeProblemException, InterruptedException {
        ConnectResponse response = registered.response();
        context.log().clientId(response.clientId());
        LOG.info(
                "registered with {} as client {} of benchmark {}",
                registered.service(),
                response.clientId(),
                configuration.benchmarkId());
        GroupService group = new GroupService(
                http,
                registered.service(),
                configuration.benchmarkId(),
                response,
                serviceClock,
                context.clock(),
                configuration.timings().requestTimeout());
        try (BatchSpool spool = spool();
                GpuSampler gpus = configuration.gpuEnabled()
                        ? GpuSampler.start(gpuQuery, context.sleeper(), context.log())
                        : null) {
            RunCoordinator coordinator = coordinator(group, spool, gpus);
            parts = new Parts(registered.service(), group, spool, coordinator);
            orders.registered(group);
            BatchDelivery delivery = new BatchDelivery(spool, group, context, coordinator::refused);
            Thread deliveryThread = context.log().start("batch-delivery", delivery);
            try {
                poller(group, registration, coordinator, response).run();
                return end(coordinator, spool);
            } finally {
                delivery.close();
                deliveryThread.join();
                coordinator.close();
            }
        }
    }

    private BatchSpool spool() throws NodeProblemException {
        try {
            return new BatchSpool(configuration.spoolLimits());
        } catch (IOException e) {
            throw new NodeProblemException(
                    "the spool directory '" + configuration.spoolLimits().directory() + "' cannot be written to: " + e
                            + "; give another or none");
        }
    }

    private RunCoordinator coordinator(GroupService group, BatchSpool spool, @Nullable GpuSampler gpus) {
        ClientTimings timings = configuration.timings();
        ClockBurst burst = new ClockBurst(group, context.clock(), timings.clockExchanges(), timings.clockPatience());
        return new RunCoordinator(
                generator,
                group,
                serviceClock,
                spool,
                live,
                configuration.aiServers(),
                burst,
                context,
                gpus == null ? () -> null : gpus::take);
    }

    private CommandPoller poller(
            GroupService group, Registration registration, RunCoordinator coordinator, ConnectResponse response) {
        long holdSeconds = Math.clamp(
                Math.min(response.pollSeconds(), response.heartbeatSeconds()),
                SHORTEST_HOLD_SECONDS,
                LONGEST_HOLD_SECONDS);
        return new CommandPoller(
                group,
                registration,
                coordinator,
                context,
                Duration.ofSeconds(holdSeconds),
                configuration.timings().serviceLostTimeout());
    }

    private int end(RunCoordinator coordinator, BatchSpool spool) throws InterruptedException {
        EndReason reason = context.ending().reason().orElse(EndReason.TERMINATED);
        LOG.info("ending: {}", reason);
        return switch (reason) {
            case EXIT_COMMAND ->
                flush(coordinator, spool, configuration.timings().exitFlushTimeout())
                        ? NodeExitCode.DONE
                        : NodeExitCode.INCOMPLETE;
            case TERMINATED -> {
                flush(coordinator, spool, configuration.timings().flushTimeout());
                yield NodeExitCode.TERMINATED;
            }
            case GROUP_GONE -> giveUp(coordinator, spool, NodeExitCode.INCOMPLETE);
            case REFUSED -> giveUp(coordinator, spool, NodeExitCode.REFUSED);
            case SERVICE_LOST -> giveUp(coordinator, spool, NodeExitCode.SERVICE_UNAVAILABLE);
        };
    }

    /** @return whether the service has everything */
    private boolean flush(RunCoordinator coordinator, BatchSpool spool, Duration patience) throws InterruptedException {
        long endNanos = context.clock().nanoTime() + patience.toNanos();
        boolean complete = coordinator.stopAndAwait(patience);
        Duration left = Duration.ofNanos(Math.max(0, endNanos - context.clock().nanoTime()));
        if (!spool.awaitEmpty(left)) {
            LOG.error("{} batches could not be delivered within {} s and are lost", spool.size(), patience.toSeconds());
            return false;
        }
        return complete;
    }

    private static int giveUp(RunCoordinator coordinator, BatchSpool spool, int exitCode) throws InterruptedException {
        coordinator.stopAndAwait(GIVEN_UP_PATIENCE);
        if (spool.size() > 0) {
            LOG.error("discarding {} batches that the service does not accept", spool.size());
        }
        return exitCode;
    }

    private void stopHere() {
        Parts present = parts;
        if (present != null) {
            present.coordinator().stopHere();
        }
    }

    private @Nullable Integer numClients() {
        Parts present = parts;
        Integer inRun = present == null
                ? null
                : present.coordinator()
                        .latest()
                        .map(RunCoordinator.RunProgress::clients)
                        .orElse(null);
        return inRun == null ? identity.job().processes() : inRun;
    }

    /** What the control port shows. */
    ClientStatus status() {
        Parts present = parts;
        Optional<RunCoordinator.RunProgress> run =
                present == null ? Optional.empty() : present.coordinator().latest();
        Optional<ClockOffset> offset = serviceClock.offsetFromTimeOfDay();
        LiveMeasurements.Snapshot snapshot = live.snapshot();
        List<String> servers =
                configuration.aiServers().stream().map(URI::toString).toList();
        URI service = present == null ? configuration.serviceAddresses().getFirst() : present.service();
        return new ClientStatus(
                configuration.benchmarkId(),
                numClients(),
                servers.isEmpty() ? null : servers.getFirst(),
                service.toString(),
                identity.localAddress().toString(),
                identity.createdAt().toString(),
                state(present, run),
                run.map(RunCoordinator.RunProgress::runId).orElse(null),
                present == null ? null : present.group().clientId(),
                identity.job().node(),
                identity.job().jobId(),
                identity.version(),
                servers,
                offset.map(each -> each.offsetNanos() / NANOS_PER_MILLISECOND).orElse(null),
                offset.map(each -> each.uncertaintyNanos() / NANOS_PER_MILLISECOND)
                        .orElse(null),
                snapshot.runCounts(),
                snapshot.inFlight(),
                present == null ? 0 : present.spool().size(),
                present == null ? 0 : present.spool().bytesWaiting(),
                present == null ? 0 : present.coordinator().lastSequence());
    }

    private ClientProcessState state(@Nullable Parts present, Optional<RunCoordinator.RunProgress> run) {
        if (context.ending().signal().isRaised()) {
            return ClientProcessState.ENDING;
        }
        if (present == null) {
            return ClientProcessState.REGISTERING;
        }
        RunState state = run.map(RunCoordinator.RunProgress::state).orElse(RunState.ENDED);
        return switch (state) {
            case PREPARING -> ClientProcessState.PREPARING;
            case ARMED -> ClientProcessState.ARMED;
            case RUNNING -> ClientProcessState.RUNNING;
            case ENDED -> present.spool().size() > 0 ? ClientProcessState.DRAINING : ClientProcessState.READY;
        };
    }
}
