package aifactory.service.dispatch.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.MonotonicClock;
import aifactory.service.AuthenticationMode;
import aifactory.service.BuildIdentity;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceThreads;
import aifactory.service.composition.ClientService;
import aifactory.service.composition.ServiceDependencies;
import aifactory.service.coordination.ServerDescription;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Api;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.TestService;
import aifactory.slurm.simulation.ControllerMode;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the result of a run reports of its Slurm job, by the whole service on a simulated cluster. */
class SlurmProvenanceTest {
    private static final long SEED = 4712;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SimulatedWorld world;

    @SuppressWarnings("NullAway.Init")
    private ClientService service;

    @SuppressWarnings("NullAway.Init")
    private HttpClient http;

    @BeforeEach
    void start() throws Exception {
        world = SimulatedWorld.usual(directory.resolve("shared"));
        ClientServiceConfiguration configuration = ClientServiceConfiguration.defaults(
                        directory.resolve("data"), directory.resolve("shared"))
                .withAddress("127.0.0.1", 0, null)
                .withAuthentication(AuthenticationMode.NONE)
                .withAiServers(List.of(URI.create(TestService.AI_SERVER)))
                .withTimings(TestService.quickTimings());
        service = ClientService.start(
                configuration,
                new ServiceDependencies(
                        // As if half an hour had passed between the job's start and the run's end.
                        () -> world.slurm.clock().now().plus(Duration.ofMinutes(30)),
                        MonotonicClock.SYSTEM,
                        new Random(SEED),
                        world.dispatcher(),
                        BuildIdentity.UNKNOWN,
                        ServiceThreads.SYSTEM,
                        ServerDescription::of));
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void end() {
        http.close();
        service.close();
    }

    private Api api() {
        return new Api(http, service.address(), null);
    }

    private JsonNode summaryOfARun(ControllerMode whileItRuns, String request) throws InterruptedException {
        List<FakeClient> clients = List.of(FakeClient.connect(this::api, 1, 0), FakeClient.connect(this::api, 1, 1));
        Eventually.await(
                "the group is ready",
                () -> api().get("/api/v1/client-group/1")
                        .json()
                        .at("/info/status")
                        .asString(""),
                "ready"::equals);
        CompletableFuture<Answer> dispatched =
                CompletableFuture.supplyAsync(() -> api().post("/api/v1/client-group/1/run", request));
        String runId = clients.getFirst().prepare();
        clients.getLast().prepare();
        dispatched.join().expect(200);
        world.slurm.controller(whileItRuns);
        clients.forEach(client -> client.measure(runId, 10));
        return Eventually.await(
                "the run has ended",
                () -> api().get("/api/v1/client-group/1/results").json(),
                summary -> summary.path("run_id").asString("").equals(runId));
    }

    private String createJob() throws InterruptedException {
        String job = api().post("/api/v1/client-group/1", "{\"num_clients\": 2, \"time_limit\": 60}")
                .expect(201)
                .json()
                .path("job_id")
                .asString();
        world.settle();
        return job;
    }

    @Test
    void aRunOnSlurmReportsItsJobAndWhatItUsed() throws Exception {
        String job = createJob();

        JsonNode summary = summaryOfARun(ControllerMode.UP, "{\"duration\": \"5s\", \"model\": \"asked-for\"}");

        JsonNode slurm = summary.at("/provenance/slurm");
        assertThat(slurm.path("job_id").asString()).isEqualTo(job);
        assertThat(slurm.path("cluster").asString()).isEqualTo("simulated");
        assertThat(slurm.path("version").asString()).isEqualTo("22.05.8");
        assertThat(slurm.path("nodes").valueStream().map(JsonNode::asString))
                .containsExactlyElementsOf(world.job(job).nodes());
        assertThat(summary.at("/slurm_usage/node_hours").asDouble()).isBetween(0.99, 1.2);
        assertThat(summary.at("/provenance/server/model").asString()).isEqualTo("asked-for");
        String kept = "group-1_job-" + job + "_run-" + summary.path("run_id").asString();
        for (Map.Entry<String, String> export : Map.of(
                        "vllm", "_vllm.json",
                        "aiperf", "_aiperf.json",
                        "csv", "_summary.csv",
                        "jsonl", "_requests.jsonl")
                .entrySet()) {
            assertThat(api().get("/api/v1/client-group/1/export/" + export.getKey())
                            .expect(200)
                            .headers()
                            .firstValue("Content-Disposition"))
                    .contains("inline; filename=\"" + kept + export.getValue() + "\"");
        }
        assertThat(api().get("/api/v1/client-group/1/export/xml")
                        .expect(404)
                        .headers()
                        .firstValue("Content-Disposition"))
                .isEmpty();
    }

    @Test
    void aRunIsReportedWithWhatWasLastSeenWhileSlurmDoesNotAnswer() throws Exception {
        String job = createJob();

        JsonNode summary = summaryOfARun(ControllerMode.DOWN, "{\"duration\": \"5s\"}");

        assertThat(summary.at("/provenance/slurm/job_id").asString()).isEqualTo(job);
        assertThat(summary.at("/provenance/slurm/cluster").asString()).isEqualTo("simulated");
        assertThat(summary.at("/slurm_usage/node_hours").asDouble()).isBetween(0.99, 1.2);
    }
}
