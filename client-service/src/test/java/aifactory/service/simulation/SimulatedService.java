package aifactory.service.simulation;

import aifactory.protocol.BatchAcknowledgement;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.ClientCommand;
import aifactory.protocol.ClockSample;
import aifactory.protocol.ConnectRequest;
import aifactory.protocol.ConnectResponse;
import aifactory.protocol.GroupCreated;
import aifactory.protocol.GroupRequest;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunView;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.BuildIdentity;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceThreads;
import aifactory.service.composition.ServiceCore;
import aifactory.service.composition.ServiceDependencies;
import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.runs.BatchCodec;
import aifactory.service.runs.BatchValidation;
import aifactory.service.runs.CheckedBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The real service behind its HTTP layer, as one simulated process that can be killed and started again on what it left
 * on the disk. Every call goes over the simulated network. Belongs to the simulation's thread.
 */
final class SimulatedService {
    private final SimulatedThreads threads;
    private final SimulatedNetwork network;
    private final SimulatedDisk disk;
    private final RandomGenerator random;
    private final ClientServiceConfiguration configuration;
    private final Function<ServiceThreads, ClientDispatcher> dispatchers;
    private SimulatedThreads.@Nullable SimulatedProcess process;
    private @Nullable ServiceCore core;
    private int starts;

    /**
     * @param disk stays open from one life to the next: a process is never killed within a transaction
     * @param dispatchers makes the dispatcher of one life of the service
     */
    SimulatedService(
            SimulatedThreads threads,
            SimulatedNetwork network,
            SimulatedDisk disk,
            RandomGenerator random,
            Path directory,
            Function<ServiceThreads, ClientDispatcher> dispatchers) {
        this.threads = threads;
        this.network = network;
        this.disk = disk;
        this.random = random;
        this.dispatchers = dispatchers;
        this.configuration = ClientServiceConfiguration.defaults(directory.resolve("data"), directory.resolve("shared"))
                .withAiServers(List.of(URI.create("http://127.0.0.1:1")));
        try {
            Files.createDirectories(configuration.dataDirectory());
            Files.createDirectories(configuration.sharedDirectory().resolve("logs"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the process; whether it serves is seen by {@link #isServing()}. */
    void start() {
        SimulatedThreads.SimulatedProcess life = threads.process("service-" + ++starts);
        process = life;
        life.start("main", () -> {
            try {
                core = ServiceCore.start(
                        configuration,
                        new ServiceDependencies(
                                threads,
                                threads,
                                random,
                                dispatchers.apply(life),
                                new BuildIdentity("simulated", "none"),
                                life,
                                (targets, request) -> java.util.Map.of()),
                        disk,
                        URI.create("http://127.0.0.1:8001"));
                network.serve(life);
            } catch (Exception e) {
                throw new IllegalStateException("the service did not start", e);
            }
        });
    }

    /** Ends the process as kill -9 would. */
    void kill() {
        if (process != null) {
            process.kill();
        }
        network.reset();
        process = null;
        core = null;
    }

    boolean isServing() {
        return core != null;
    }

    int starts() {
        return starts;
    }

    /** The parts of the running service, for looking at without the network. */
    ServiceCore core() {
        if (core == null) {
            throw new IllegalStateException("the service does not run");
        }
        return core;
    }

    GroupCreated create(ServiceThreads caller, long benchmarkId, GroupRequest request) throws Exception {
        return network.call(caller, () -> core().clients().creation().create(benchmarkId, request));
    }

    RunView begin(ServiceThreads caller, long benchmarkId, WorkloadRequest request, boolean whenReady)
            throws Exception {
        return network.call(caller, () -> {
            var group = core().clients().require(benchmarkId);
            var run = core().runs().begin(group, request, whenReady);
            group.lock().lock();
            try {
                return run.view(threads.nanoTime());
            } finally {
                group.lock().unlock();
            }
        });
    }

    void stop(ServiceThreads caller, long benchmarkId) throws Exception {
        network.call(
                caller,
                () -> core().runs().stop(core().clients().require(benchmarkId), "stopped by the simulated operator"));
    }

    void delete(ServiceThreads caller, long benchmarkId) throws Exception {
        network.call(caller, () -> {
            core().supervisor().delete(benchmarkId);
            return true;
        });
    }

    ConnectResponse connect(ServiceThreads caller, long benchmarkId, ConnectRequest request) throws Exception {
        return network.call(caller, () -> core().clients().connect(benchmarkId, request));
    }

    List<ClientCommand> commands(ServiceThreads caller, long benchmarkId, int clientId, long after, Duration wait)
            throws Exception {
        return network.call(caller, () -> core().clients().commands(benchmarkId, clientId, after, wait));
    }

    void armed(ServiceThreads caller, long benchmarkId, int clientId, String runId) throws Exception {
        network.call(caller, () -> {
            core().runs().armed(core().clients().require(benchmarkId), clientId, runId, null);
            return true;
        });
    }

    /** @param body the batch as JSON */
    BatchAcknowledgement deliver(ServiceThreads caller, long benchmarkId, int clientId, byte[] body) throws Exception {
        return network.call(caller, () -> {
            CheckedBatch batch = BatchValidation.check(
                    JsonFormat.mapper().readValue(body, BatchMessage.class), BatchCodec.compress(body));
            long durable = core().runs().deliver(core().clients().require(benchmarkId), clientId, batch);
            return new BatchAcknowledgement(batch.message().runId(), durable, new ClockSample(0, 0));
        });
    }
}
