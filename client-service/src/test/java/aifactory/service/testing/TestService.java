package aifactory.service.testing;

import aifactory.protocol.GroupView;
import aifactory.protocol.RunSummary;
import aifactory.protocol.RunView;
import aifactory.service.BuildIdentity;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceStartException;
import aifactory.service.ServiceThreads;
import aifactory.service.ServiceTimings;
import aifactory.service.composition.ClientService;
import aifactory.service.composition.ServiceDependencies;
import aifactory.service.dispatch.ClientDispatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The real service on a free port of the loopback interface, over a dispatcher in memory. It can be killed, and started
 * again on what it left.
 */
public final class TestService implements AutoCloseable {
    /** Nothing listens there. */
    public static final String AI_SERVER = "http://127.0.0.1:1";

    private final ClientServiceConfiguration configuration;
    private final FakeClientDispatcher dispatcher = new FakeClientDispatcher();
    private final AdvancingClock clock = new AdvancingClock();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Random random;
    private UnaryOperator<ClientDispatcher> between = UnaryOperator.identity();
    private @Nullable ClientService service;

    private TestService(ClientServiceConfiguration configuration, long seed) {
        this.configuration = configuration;
        this.random = new Random(seed);
    }

    /** Starts a service on a directory. */
    public static TestService start(Path directory) {
        return start(directory, configuration -> configuration);
    }

    /** Starts a service that is set up otherwise than by default. */
    public static TestService start(Path directory, UnaryOperator<ClientServiceConfiguration> setUp) {
        ClientServiceConfiguration configuration = ClientServiceConfiguration.defaults(
                        directory.resolve("data"), directory.resolve("shared"))
                .withAddress("127.0.0.1", 0, null)
                .withAiServers(List.of(URI.create(AI_SERVER)))
                .withTimings(quickTimings());
        TestService service = new TestService(setUp.apply(configuration), directory.hashCode());
        service.restart();
        return service;
    }

    /** Looks often; gives up late, so that a busy machine changes nothing and only the test's clock ends waits. */
    public static ServiceTimings quickTimings() {
        return new ServiceTimings(
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(100),
                Duration.ofSeconds(200),
                Duration.ofSeconds(100),
                Duration.ofMillis(10),
                Duration.ofMillis(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(100),
                Duration.ofMillis(200),
                Duration.ofSeconds(30),
                Duration.ofMillis(10),
                Duration.ofMillis(10));
    }

    /** Starts the service again, after it was killed or closed. */
    public void restart() {
        try {
            service = ClientService.start(
                    configuration,
                    new ServiceDependencies(
                            clock,
                            clock,
                            random,
                            between.apply(dispatcher),
                            new BuildIdentity("test", "none"),
                            ServiceThreads.SYSTEM,
                            (targets, request) -> Map.of()));
        } catch (ServiceStartException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** From the next start on, the service sees the dispatcher through that. */
    public void seeDispatcherThrough(UnaryOperator<ClientDispatcher> view) {
        between = view;
    }

    /** Ends the service as kill -9 would: nothing is written or cleaned up any more. */
    public void kill() {
        running().halt();
        service = null;
    }

    public void killAndRestart() {
        kill();
        restart();
    }

    public ClientService running() {
        if (service == null) {
            throw new IllegalStateException("the service was killed");
        }
        return service;
    }

    public ClientServiceConfiguration configuration() {
        return configuration;
    }

    public FakeClientDispatcher dispatcher() {
        return dispatcher;
    }

    public AdvancingClock clock() {
        return clock;
    }

    /** Asks with the token that may do everything. */
    public Api api() {
        return new Api(http, running().address(), token());
    }

    public URI address() {
        return running().address();
    }

    /** The read-only token. */
    public @Nullable String readOnlyToken() {
        Path file = running().readOnlyTokenFile();
        return file == null ? null : read(file);
    }

    public @Nullable String token() {
        Path file = running().tokenFile();
        return file == null ? null : read(file);
    }

    /** The secret of a group, as its clients find it. */
    public String secretOf(long benchmarkId) {
        return dispatcher.orders().stream()
                .filter(order -> order.benchmarkId() == benchmarkId)
                .reduce((_, later) -> later)
                .map(order -> read(order.secretFile()).lines().findFirst().orElseThrow())
                .orElseThrow();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String group(long benchmarkId) {
        return "/api/v1/client-group/" + benchmarkId;
    }

    /** Creates a group. */
    public Answer create(long benchmarkId, Map<String, Object> request) {
        return api().post(group(benchmarkId), request);
    }

    /** Registers a client with the group's secret. */
    public FakeClient connect(long benchmarkId, int processNumber) {
        return FakeClient.connect(() -> api().as(secretOf(benchmarkId)), benchmarkId, processNumber);
    }

    /** Creates a group whose clients have all registered. */
    public List<FakeClient> readyGroup(long benchmarkId, int clients) {
        create(benchmarkId, new HashMap<>(Map.of("num_clients", clients))).expect(201);
        List<FakeClient> registered = new ArrayList<>();
        for (int number = 0; number < clients; number++) {
            registered.add(connect(benchmarkId, number));
        }
        awaitStatus(benchmarkId, "ready");
        return registered;
    }

    /** Begins a run of two seconds; answered once the clients have passed the barrier. */
    public CompletableFuture<Answer> run(long benchmarkId) {
        return run(benchmarkId, Map.of("duration", "2s"));
    }

    public CompletableFuture<Answer> run(long benchmarkId, Map<String, Object> workload) {
        Api api = api();
        return CompletableFuture.supplyAsync(
                () -> api.post(group(benchmarkId) + "/run", workload),
                task -> Thread.ofVirtual().start(task));
    }

    /** Leads the clients over the barrier; the id of the run. */
    public String started(long benchmarkId, List<FakeClient> clients) {
        return started(benchmarkId, clients, Map.of());
    }

    public String started(long benchmarkId, List<FakeClient> clients, Map<String, Object> workload) {
        CompletableFuture<Answer> answer = run(benchmarkId, workload);
        clients.forEach(FakeClient::prepare);
        return answer.join().expect(200).json().path("run_id").asString("");
    }

    public GroupView show(long benchmarkId) {
        return api().get(group(benchmarkId)).expect(200).as(GroupView.class);
    }

    public GroupView awaitStatus(long benchmarkId, String status) {
        return Eventually.await(
                "group " + benchmarkId + " is " + status,
                () -> show(benchmarkId),
                group -> group.info().status().name().equalsIgnoreCase(status));
    }

    public RunView awaitRun(String runId, String state) {
        return Eventually.await(
                "run " + runId + " is " + state,
                () -> api().get("/api/v1/runs/" + runId).expect(200).as(RunView.class),
                run -> run.state().name().equalsIgnoreCase(state));
    }

    /** Waits until the run has ended, however it did. */
    public RunView awaitEnd(String runId) {
        return Eventually.await(
                "run " + runId + " has ended",
                () -> api().get("/api/v1/runs/" + runId).expect(200).as(RunView.class),
                run -> run.state().isTerminal());
    }

    public RunSummary summary(String runId) {
        return api().get("/api/v1/runs/" + runId + "/summary").expect(200).as(RunSummary.class);
    }

    @Override
    public void close() {
        if (service != null) {
            service.close();
        }
        http.shutdownNow();
    }
}
