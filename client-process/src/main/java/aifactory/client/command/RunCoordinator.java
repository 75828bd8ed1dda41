package aifactory.client.command;

import aifactory.client.connection.GroupService;
import aifactory.client.connection.ServiceClock;
import aifactory.client.delivery.BatchSpool;
import aifactory.client.delivery.DeliveryWarmUp;
import aifactory.client.delivery.RunRecorder;
import aifactory.client.progress.LiveMeasurements;
import aifactory.client.progress.ProcessContext;
import aifactory.client.waiting.EndReason;
import aifactory.engine.LoadGenerator;
import aifactory.engine.LoadPlan;
import aifactory.engine.LoadRefusedException;
import aifactory.engine.PreparedLoad;
import aifactory.measurement.ClockOffset;
import aifactory.measurement.IntervalMeasurement;
import aifactory.protocol.ClientCommand;
import aifactory.protocol.GpuMessage;
import aifactory.workload.GroupShare;
import aifactory.workload.WorkloadSpecification;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the service's commands. One run at a time; a new one may follow a finished one for as long as the process
 * lives. Commands come from one thread, everything else from any.
 */
public final class RunCoordinator {
    private static final Logger LOG = LoggerFactory.getLogger(RunCoordinator.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final LoadGenerator generator;
    private final GroupService service;
    private final ServiceClock serviceClock;
    private final BatchSpool spool;
    private final LiveMeasurements live;
    private final List<URI> defaultTargets;
    private final ClockBurst burst;
    private final ProcessContext context;
    private final Supplier<@Nullable GpuMessage> gpus;
    private volatile @Nullable RunPart current;
    private volatile @Nullable Thread worker;
    private volatile long lastSequence;
    private volatile @Nullable Integer clients;

    public RunCoordinator(
            LoadGenerator generator,
            GroupService service,
            ServiceClock serviceClock,
            BatchSpool spool,
            LiveMeasurements live,
            List<URI> defaultTargets,
            ClockBurst burst,
            ProcessContext context,
            Supplier<@Nullable GpuMessage> gpus) {
        this.gpus = gpus;
        this.generator = generator;
        this.service = service;
        this.serviceClock = serviceClock;
        this.spool = spool;
        this.live = live;
        this.defaultTargets = List.copyOf(defaultTargets);
        this.burst = burst;
        this.context = context;
    }

    /** The latest run's part, finished or not; null before the first. */
    public Optional<RunProgress> latest() {
        RunPart part = current;
        return part == null ? Optional.empty() : Optional.of(new RunProgress(part.runId(), part.state(), clients));
    }

    /**
     * How far the latest run is, here.
     *
     * @param clients how many take part; null before that is known
     */
    public record RunProgress(
            String runId, RunState state, @Nullable Integer clients) {}

    /** Carries out the next command; returns at once. */
    void execute(ClientCommand command) {
        lastSequence = command.sequence();
        LOG.info(
                "command {}: {} {}",
                command.sequence(),
                command.kind(),
                Objects.requireNonNullElse(command.runId(), ""));
        switch (command.kind()) {
            case PREPARE -> prepare(command);
            case START -> start(command);
            case STOP -> partOf(command).ifPresent(RunPart::stop);
            case EXIT -> context.ending().request(EndReason.EXIT_COMMAND);
        }
    }

    private void prepare(ClientCommand command) {
        String runId = command.runId();
        if (runId == null) {
            LOG.error("command {}: PREPARE without a run; ignored", command.sequence());
            return;
        }
        RunPart earlier = current;
        if (earlier != null && earlier.state() != RunState.ENDED) {
            LOG.warn("run {}: stopped, since run {} is to be prepared", earlier.runId(), runId);
            earlier.stop();
        }
        RunPart part = part(runId, command);
        current = part;
        worker = context.log().start("run-" + runId, part::work);
    }

    private PreparedLoad prepare(String runId, ClientCommand command) throws LoadRefusedException {
        LoadPlan plan = plan(runId, command);
        DeliveryWarmUp.run();
        return generator.prepare(plan);
    }

    private LoadPlan plan(String runId, ClientCommand command) throws LoadRefusedException {
        WorkloadSpecification specification = command.specification();
        ClientCommand.Share share = command.share();
        if (specification == null || share == null) {
            throw new LoadRefusedException(
                    "the service sent no specification or no share; it must have the same version");
        }
        clients = share.clients();
        return new LoadPlan(
                runId,
                Objects.requireNonNullElse(command.salt(), runId),
                specification,
                targets(command),
                new GroupShare(share.client(), share.clients()));
    }

    private List<URI> targets(ClientCommand command) {
        List<String> targets = command.targets();
        return targets == null || targets.isEmpty()
                ? defaultTargets
                : targets.stream().map(URI::create).toList();
    }

    private RunPart part(String runId, ClientCommand command) {
        live.runStarts();
        PartListener listener = new PartListener();
        RunRecorder recorder = new RunRecorder(runId, spool, serviceClock, context.log(), listener, gpus);
        RunPart part = new RunPart(
                runId,
                () -> prepare(runId, command),
                recorder,
                service,
                () -> burst.run(lastSequence),
                context.sleeper(),
                context.backoffs().start());
        listener.part = part;
        return part;
    }

    private void start(ClientCommand command) {
        Long startEpochNanos = command.startEpochNanos();
        Optional<RunPart> part = partOf(command);
        Optional<ClockOffset> offset = serviceClock.offset();
        if (part.isEmpty() || startEpochNanos == null || offset.isEmpty()) {
            LOG.error("command {}: START without a run, a time or a synchronized clock; ignored", command.sequence());
            return;
        }
        LOG.info("T0 placed to within {} µs", offset.get().uncertaintyNanos() / 1_000);
        part.get().start(offset.get().toLocalNanos(startEpochNanos));
    }

    private Optional<RunPart> partOf(ClientCommand command) {
        RunPart part = current;
        if (part == null || !part.runId().equals(command.runId())) {
            LOG.warn("command {}: run {} is not the one prepared here", command.sequence(), command.runId());
            return Optional.empty();
        }
        return Optional.of(part);
    }

    /** Ends the run's load without waiting: the service will not take what it measures. */
    public void refused(String runId) {
        RunPart part = current;
        if (part != null && part.runId().equals(runId)) {
            part.abandon();
        }
    }

    /** A caller of the control port ends the load while the service is unavailable. */
    public void stopHere() {
        RunPart part = current;
        if (part != null) {
            part.stop();
        }
    }

    /**
     * This process is a new client to the service: commands are numbered from 1 again, and the run is not its own any
     * more.
     */
    void forget() {
        lastSequence = 0;
        RunPart part = current;
        if (part != null) {
            part.abandon();
            spool.removeAll(part.runId());
        }
    }

    /** The number of the last command that was carried out, 0 before the first. */
    public long lastSequence() {
        return lastSequence;
    }

    /**
     * Ends the load and waits until everything that it measured is in the spool.
     *
     * @return false when the time passed first
     */
    public boolean stopAndAwait(Duration patience) throws InterruptedException {
        RunPart part = current;
        if (part == null) {
            return true;
        }
        part.stop();
        boolean ended = part.awaitEnded(patience);
        if (!ended) {
            LOG.error("run {}: the load did not end within {} s", part.runId(), patience.toSeconds());
        }
        return ended;
    }

    /** Lets go of the load; what it has not handed over by now is lost. */
    public void close() throws InterruptedException {
        RunPart part = current;
        Thread thread = worker;
        if (part == null || thread == null) {
            return;
        }
        part.abandon();
        part.finish();
        if (!thread.join(CLOSE_PATIENCE)) {
            // It is still preparing, which nothing but an interrupt ends.
            thread.interrupt();
        }
    }

    private final class PartListener implements RunRecorder.Listener {
        private @Nullable RunPart part;

        @Override
        public void interval(IntervalMeasurement interval) {
            live.add(interval);
        }

        @Override
        public void failed() {
            Objects.requireNonNull(part).stop();
        }

        @Override
        public void completed() {
            live.runEnded();
            Objects.requireNonNull(part).finish();
        }
    }
}
