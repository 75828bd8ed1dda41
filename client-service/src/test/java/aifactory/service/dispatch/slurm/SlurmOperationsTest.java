package aifactory.service.dispatch.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.MonotonicClock;
import aifactory.protocol.JsonFormat;
import aifactory.service.AuthenticationMode;
import aifactory.service.BuildIdentity;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceThreads;
import aifactory.service.composition.ClientService;
import aifactory.service.composition.ServiceDependencies;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.JobInsight;
import aifactory.service.dispatch.RecordedJob;
import aifactory.service.dispatch.local.LocalDispatcher;
import aifactory.slurm.JobId;
import aifactory.slurm.JobState;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The operator's routes over HTTP, on a simulated cluster. */
class SlurmOperationsTest {
    private static final long SEED = 4711;

    @TempDir
    Path directory;

    private SimulatedWorld world;
    private ClientServiceConfiguration configuration;
    private ClientService service;
    private HttpClient http;

    @BeforeEach
    void start() throws Exception {
        world = SimulatedWorld.usual(directory.resolve("shared"));
        configuration = ClientServiceConfiguration.defaults(directory.resolve("data"), directory.resolve("shared"))
                .withAddress("127.0.0.1", 0, null)
                .withAuthentication(AuthenticationMode.NONE)
                .withAiServers(List.of(URI.create("http://ai-server:8000")));
        service = ClientService.start(
                configuration,
                new ServiceDependencies(
                        world.slurm.clock()::now,
                        MonotonicClock.SYSTEM,
                        new Random(SEED),
                        world.dispatcher(),
                        BuildIdentity.UNKNOWN,
                        ServiceThreads.SYSTEM,
                        (targets, request) -> Map.of()));
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void end() {
        http.close();
        service.close();
    }

    private record Answer(int status, JsonNode body) {}

    private Answer ask(String method, String path, String body) throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(service.address().resolve("/api/v1" + path))
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        return new Answer(response.statusCode(), JsonFormat.mapper().readTree(response.body()));
    }

    private JsonNode get(String path) throws Exception {
        Answer answer = ask("GET", path, "");
        assertThat(answer.status).as(path + " " + answer.body).isEqualTo(200);
        return answer.body;
    }

    /** The id of the job. */
    private String create(int group, String request) throws Exception {
        Answer answer = ask("POST", "/client-group/" + group, request);
        assertThat(answer.status).as(answer.body.toString()).isEqualTo(201);
        world.settle();
        return answer.body.path("job_id").asString();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asString()));
        return texts;
    }

    @Test
    void aJobThatCanNeverStartIsDiagnosed() throws Exception {
        String job = create(1, "{\"num_clients\": 1, \"time_limit\": 300, \"partition\": \"dgx\"}");

        JsonNode diagnosis = get("/client-group/1/diagnosis");

        assertThat(diagnosis.path("job_id").asString()).isEqualTo(job);
        assertThat(diagnosis.path("verdict").asString()).isEqualTo("blocked");
        assertThat(diagnosis.path("reason").asString()).isEqualTo("PartitionTimeLimit");
        assertThat(diagnosis.path("cause").asString()).contains("longer than partition 'dgx' allows (120 min)");
        assertThat(diagnosis.path("remedy").asString()).contains("120");
        assertThat(texts(diagnosis.path("native_commands"))).contains("scontrol show job -o " + job);
    }

    @Test
    void aJobWhoseClientsDoNotComeIsDiagnosedByItsLogs() throws Exception {
        create(2, "{\"num_clients\": 2}");
        Path log = Path.of(
                get("/client-group/2").path("info").path("log_paths").path(1).asString());
        Files.writeString(log, "12:00:01 WARN  registration - http://login:8001: Connection refused\n".repeat(3));

        JsonNode diagnosis = get("/client-group/2/diagnosis");

        assertThat(diagnosis.path("verdict").asString()).isEqualTo("blocked");
        assertThat(diagnosis.path("cause").asString())
                .contains("2 of 2 clients have not registered")
                .contains("refused");
        assertThat(diagnosis.path("remedy").asString()).contains("serve --host");
        assertThat(diagnosis.path("findings").path(0).path("count").asInt()).isEqualTo(3);
    }

    @Test
    void jobsAndLogsOutliveTheirGroup() throws Exception {
        String job = create(3, "{\"num_clients\": 1}");
        Path log = Path.of(
                get("/client-group/3").path("info").path("log_paths").path(0).asString());
        Files.writeString(log, "one\ntwo\nthree\n");
        world.slurm.end(JobId.parse(job), JobState.COMPLETED, 0);
        world.settle();
        assertThat(ask("DELETE", "/client-group/3", "").status).isEqualTo(200);

        assertThat(get("/jobs").path("jobs")).isEmpty();
        JsonNode deleted = get("/jobs?deleted=10").path("jobs").path(0);
        assertThat(deleted.path("job_id").asString()).isEqualTo(job);
        assertThat(deleted.path("live").asBoolean()).isFalse();
        JsonNode logs = get("/client-group/3/logs?lines=2");
        assertThat(texts(logs.path("files").path(0).path("lines"))).containsExactly("two", "three");
        JsonNode added = get("/client-group/3/logs?offsets=4,0");
        assertThat(texts(added.path("files").path(0).path("lines"))).containsExactly("two", "three");
        assertThat(added.path("files").path(0).path("next_offset").asLong()).isEqualTo(14);
        assertThat(added.path("files")).hasSize(2);
        assertThat(texts(get("/client-group/3/logs?offsets=")
                        .path("files")
                        .path(0)
                        .path("lines")))
                .containsExactly("one", "two", "three");
        for (String invalid : new String[] {"x", "1,", "-1", "1;2", "99999999999999999999"}) {
            Answer refused = ask("GET", "/client-group/3/logs?offsets=" + invalid, "");
            assertThat(refused.status).as(invalid).isEqualTo(422);
            assertThat(refused.body.path("detail").asString()).contains("offsets");
        }
        assertThat(get("/client-group/3/diagnosis").path("cause").asString()).contains("it completed");
        assertThat(get("/client-group/3/usage").path("job_state").asString()).isEqualTo("COMPLETED");
    }

    @Test
    void usageOfARunningAndOfAFinishedJobComesWithAdvice() throws Exception {
        String job = create(4, "{\"num_clients\": 2, \"time_limit\": 60}");
        world.slurm.clock().advance(Duration.ofMinutes(10));

        JsonNode running = get("/client-group/4/usage");
        assertThat(running.path("job_state").asString()).isEqualTo("RUNNING");
        assertThat(running.path("nodes").asInt()).isEqualTo(2);
        assertThat(texts(running.path("native_commands")))
                .anyMatch(command -> command.startsWith("sstat") && command.contains("MaxVMSize,AvePages"));
        assertThat(running.path("steps").get(1).path("average_page_faults").asInt())
                .isEqualTo(24);

        world.slurm.end(JobId.parse(job), JobState.COMPLETED, 0);
        JsonNode finished = get("/client-group/4/usage");
        assertThat(finished.path("job_state").asString()).isEqualTo("COMPLETED");
        assertThat(finished.path("node_hours").asDouble()).isBetween(0.33, 0.35);
        assertThat(finished.path("maximum_resident_bytes").asLong()).isEqualTo(412_000L * 1024);
        assertThat(finished.path("steps").get(1).path("maximum_virtual_bytes").asLong())
                .isEqualTo(8 * 412_000L * 1024);
        assertThat(texts(finished.path("advice"))).anyMatch(advice -> advice.startsWith("mem:"));
    }

    @Test
    void aPlanTellsWhetherItFits() throws Exception {
        JsonNode plan = get("/plan?num_clients=3&cpus=4&mem=8G&time_limit=30");
        assertThat(plan.path("fits").asBoolean()).isTrue();
        assertThat(plan.path("node_hours").asDouble()).isEqualTo(1.5);

        JsonNode tooLarge = get("/plan?num_clients=9");
        assertThat(tooLarge.path("fits").asBoolean()).isFalse();
        assertThat(tooLarge.path("verdict").asString()).contains("only 4");
    }

    @Test
    void badQuestionsAreRefusedByTheNameOfTheField() throws Exception {
        assertThat(ask("GET", "/plan", "").status).isEqualTo(422);
        assertThat(ask("GET", "/plan?num_clients=0", "").body.toString()).contains("num_clients");
        Answer memory = ask("GET", "/plan?num_clients=1&mem=lots", "");
        assertThat(memory.status).isEqualTo(422);
        assertThat(memory.body.path("detail").asString()).contains("'lots'");
        assertThat(ask("GET", "/plan?num_clients=1&partition=a%20b%3Bc", "").status)
                .isEqualTo(422);
        assertThat(ask("GET", "/client-group/99/diagnosis", "").status).isEqualTo(404);
        assertThat(ask("GET", "/client-group/99/logs?lines=99999", "").status).isEqualTo(422);
        assertThat(ask("POST", "/cleanup", "{\"log_days\": -1}").status).isEqualTo(422);
        assertThat(ask("POST", "/cleanup", "{\"everything\": true}").status).isEqualTo(422);
    }

    @Test
    void aJobThatHasTheIdOfAGroupsNowIsNeitherShownNorCancelled() throws Exception {
        for (int group = 6; group <= 8; group++) {
            create(group, "{\"num_clients\": 1}");
        }
        String deleted = create(9, "{\"num_clients\": 1}");
        world.slurm.end(JobId.parse(deleted), JobState.COMPLETED, 0);
        world.settle();
        assertThat(ask("DELETE", "/client-group/9", "").status).isEqualTo(200);
        world.slurm.loseStateAndIds();
        List<String> theses = new ArrayList<>();
        for (int thesis = 0; thesis < 4; thesis++) {
            theses.add(world.slurm
                    .submitBeside("thesis", "#!/bin/sh\nsrun sleep 9999\n")
                    .toString());
        }
        assertThat(theses)
                .contains(get("/client-group/6").path("info").path("job_id").asString(), deleted);
        world.settle();

        for (int group : List.of(6, 9)) {
            assertThat(get("/client-group/" + group + "/diagnosis").toString()).doesNotContain("thesis");
        }
        assertThat(get("/client-group/6/diagnosis").path("cause").asString()).contains("not known any more");
        assertThat(ask("GET", "/client-group/6/usage", "").status).isEqualTo(404);
        ask("DELETE", "/client-group/6", "");
        JsonNode cleaned = ask("POST", "/cleanup", "{\"dry_run\": false, \"groups\": true}").body;
        assertThat(cleaned.path("jobs").toString()).doesNotContain("its group has ended");
        world.settle();
        assertThat(theses)
                .allSatisfy(thesis -> assertThat(world.job(thesis).state()).isIn(JobState.RUNNING, JobState.PENDING));
    }

    @Test
    void aGroupOfAnotherDispatcherIsAnsweredInWords() throws Exception {
        String job = create(10, "{\"num_clients\": 1}");
        String deleted = create(11, "{\"num_clients\": 1}");
        assertThat(ask("DELETE", "/client-group/11", "").status).isEqualTo(200);
        service.close();
        service = ClientService.start(
                configuration,
                new ServiceDependencies(
                        world.slurm.clock()::now,
                        MonotonicClock.SYSTEM,
                        new Random(SEED),
                        LocalDispatcher.onThisMachine(
                                client -> List.of("/bin/false"),
                                server -> List.of("/bin/false"),
                                directory.resolve("data")),
                        BuildIdentity.UNKNOWN,
                        ServiceThreads.SYSTEM,
                        (targets, request) -> Map.of()));

        JsonNode diagnosis = get("/client-group/10/diagnosis");
        assertThat(diagnosis.path("verdict").asString()).isEqualTo("uncertain");
        assertThat(diagnosis.path("cause").asString()).contains(job, "was not started by the dispatcher 'local'");
        assertThat(diagnosis.path("remedy").asString()).contains("--dispatcher");
        assertThat(get("/client-group/11/diagnosis").path("cause").asString()).contains(deleted);
        Answer usage = ask("GET", "/client-group/10/usage", "");
        assertThat(usage.status).isEqualTo(409);
        assertThat(usage.body.path("detail").asString()).contains(job, "'local'");
        Answer refused = ask("DELETE", "/client-group/10", "");
        assertThat(refused.status).as(refused.body.toString()).isEqualTo(503);
        assertThat(refused.body.path("detail").asString()).contains(job, "dispatcher");
        assertThat(ask("POST", "/cleanup", "{\"dry_run\": false}").status).isEqualTo(200);
        assertThat(world.job(job).state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void jobsThatSlurmCannotHaveAreUnknownToIt() throws Exception {
        JobInsight insight = world.dispatcher().insight();
        for (String id : List.of("local-35f6a3ddb6bf7c30", "allocation-1", "", "-1", "1; scancel 2", "9".repeat(30))) {
            RecordedJob job = new RecordedJob(id, 1, "token", false, Instant.EPOCH);
            assertThat(insight.isOfThisDispatcher(id)).as(id).isFalse();
            assertThat(insight.explain(job)).isEmpty();
            assertThat(insight.usage(job, Duration.ofMinutes(1))).isEmpty();
            assertThat(insight.alive(List.of(job))).isEmpty();
            assertThatThrownBy(() -> insight.cancel(job)).isInstanceOf(DispatchUnavailableException.class);
            assertThatThrownBy(() -> world.dispatcher().cancelAndConfirm(id))
                    .isInstanceOf(DispatchUnavailableException.class)
                    .hasMessageContaining("is not a job of Slurm");
        }
    }

    @Test
    void aCleanUpTakesOldLogsAndNeverThoseOfALiveJob() throws Exception {
        create(5, "{\"num_clients\": 1}");
        Path ofLiveJob = Path.of(
                get("/client-group/5").path("info").path("log_paths").path(0).asString());
        Path old = Files.writeString(world.logDirectory().resolve("client_dispatcher_77.out"), "old");
        Path young = Files.writeString(world.logDirectory().resolve("client_dispatcher_78.out"), "young");
        Path other = Files.writeString(world.logDirectory().resolve("thesis.txt"), "not ours");
        FileTime tenDaysAgo = FileTime.from(world.slurm.clock().now().minus(Duration.ofDays(10)));
        for (Path file : List.of(ofLiveJob, old, other)) {
            Files.setLastModifiedTime(file, tenDaysAgo);
        }
        Files.setLastModifiedTime(young, FileTime.from(world.slurm.clock().now()));

        JsonNode dry = ask("POST", "/cleanup", "{}").body;
        assertThat(dry.path("dry_run").asBoolean()).isTrue();
        assertThat(dry.path("logs").path(0).path("outcome").asString()).isEqualTo("would be deleted");
        assertThat(old).exists();

        JsonNode done = ask("POST", "/cleanup", "{\"dry_run\": false}").body;
        assertThat(done.path("logs")).hasSize(1);
        assertThat(done.path("logs").path(0).path("path").asString()).isEqualTo(old.toString());
        assertThat(old).doesNotExist();
        assertThat(List.of(ofLiveJob, young, other))
                .allSatisfy(file -> assertThat(file).exists());
    }
}
