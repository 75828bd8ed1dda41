package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.protocol.EnergySummary;
import aifactory.protocol.GroupInfo;
import aifactory.protocol.GroupState;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.PowerReport;
import aifactory.protocol.RunSummary;
import aifactory.protocol.ServerFailure;
import aifactory.protocol.ServerOrder;
import aifactory.protocol.ServerReport;
import aifactory.protocol.ServerState;
import aifactory.service.dispatch.JobStatus.Phase;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.TestService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Groups that start their AI servers: from the request to the part of the result that describes them. */
final class ServerLifeTest {
    /** Nothing listens there, nor is it among the ports that are given out. */
    private static final int FIRST_PORT = 61_001;

    private static final Map<String, Object> BLOCK = Map.of(
            "command",
            List.of("llama-server", "--port", "{port}", "-np", "{parallel}"),
            "arguments",
            Map.of("parallel", 2),
            "replicas",
            2,
            "stop_grace",
            "1s",
            "port",
            FIRST_PORT);

    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    @BeforeEach
    void start() {
        service = TestService.start(directory);
    }

    @AfterEach
    void end() {
        service.close();
    }

    private ServerOrder report(long group, int number, ServerReport report) {
        return Eventually.await(
                        "the nodes of group " + group + " are known",
                        () -> service.api()
                                .as(service.secretOf(group))
                                .post(TestService.group(group) + "/servers/" + number, report),
                        answer -> answer.status() != 503)
                .expect(200)
                .as(ServerOrder.class);
    }

    private ServerReport told(int number, int generation, ServerState state, @Nullable ServerFailure failure) {
        return new ServerReport(
                "instance-" + number,
                generation,
                state,
                "7000",
                "gpu" + number,
                "127.0.0.1",
                state == ServerState.WAITING ? null : "http://127.0.0.1:" + (FIRST_PORT + number),
                List.of("llama-server", "--port", "8000"),
                "/etc/passwd",
                state == ServerState.READY ? 3.5 : null,
                failure);
    }

    private static ServerFailure killed() {
        return new ServerFailure(ServerFailure.Cause.KILLED, "it was killed by signal 9", 137, List.of("a line"), 1);
    }

    private void killBoth(long group) {
        report(group, 0, told(0, 1, ServerState.FAILED, killed()));
        report(group, 1, told(1, 1, ServerState.FAILED, killed()));
    }

    private void create(long group, int clients, Map<String, Object> block) {
        service.create(group, new HashMap<>(Map.of("num_clients", clients, "server", block)))
                .expect(201);
    }

    private List<FakeClient> readyGroup(long group) {
        create(group, 1, BLOCK);
        FakeClient client = service.connect(group, 0);
        report(group, 0, told(0, 1, ServerState.READY, null));
        report(group, 1, told(1, 1, ServerState.READY, null));
        service.awaitStatus(group, "ready");
        return List.of(client);
    }

    @Test
    void aGroupIsReadyWhenItsServersAreAndItsClientsToo() {
        create(1, 1, BLOCK);
        assertThat(service.dispatcher().orders().getFirst().aiServers()).isEmpty();
        ServerOrder order = report(1, 0, told(0, 0, ServerState.WAITING, null));
        assertThat(order.generation()).isEqualTo(1);
        assertThat(order.specification()).isNotNull();
        assertThat(order.specification().command()).containsExactly("llama-server", "--port", "{port}", "-np", "2");
        assertThat(order.specification().processes()).isEqualTo(2);
        service.connect(1, 0);
        report(1, 0, told(0, 1, ServerState.READY, null));
        service.awaitStatus(1, "starting");
        Answer early = service.api().post(TestService.group(1) + "/run", Map.of("duration", "2s"));
        assertThat(early.expect(409).detail()).contains("1 of 1 clients are registered and 1 of 2 servers answer");

        report(1, 1, told(1, 1, ServerState.READY, null));
        GroupInfo info = service.awaitStatus(1, "ready").info();
        assertThat(info.aiServers()).containsExactly("http://127.0.0.1:61001", "http://127.0.0.1:61002");
        assertThat(info.servers())
                .extracting(server -> server.name())
                .containsExactly("server 0 on gpu0", "server 1 on gpu1");
    }

    private void watchFor(int rounds) {
        int before = service.dispatcher().looks();
        Eventually.await(
                "the jobs are asked for", () -> service.dispatcher().looks(), looks -> looks >= before + rounds);
    }

    /** The processes of a job that is requeued end before the dispatcher is notified, in any order. */
    @ParameterizedTest
    @CsvSource({"true,false", "false,true", "true,true"})
    void aRequeueIsNotTakenForALoss(boolean clientsEnd, boolean serversFail) {
        readyGroup(5);
        service.dispatcher().outdated(true);
        if (serversFail) {
            killBoth(5);
        }
        if (clientsEnd) {
            service.dispatcher().set("7000", Phase.RUNNING, "RUNNING", Set.of(0), 0);
        }
        watchFor(10);
        assertThat(service.show(5).info().status()).isIn(GroupState.STARTING, GroupState.READY);

        service.dispatcher().set("7000", Phase.PENDING, "PENDING", Set.of(0), 0);
        service.dispatcher().outdated(false);
        service.awaitStatus(5, "pending");
        service.dispatcher().set("7000", Phase.RUNNING, "RUNNING", Set.of(), 0);
        service.awaitStatus(5, "starting");
        watchFor(10);
        assertThat(service.show(5).info().status()).isEqualTo(GroupState.STARTING);
        service.connect(5, 1);
        report(5, 0, told(0, 1, ServerState.READY, null));
        report(5, 1, told(1, 1, ServerState.READY, null));
        service.awaitStatus(5, "ready");
    }

    /** As a cancelled component of a heterogeneous job does: its servers stop in good order, without an order. */
    @Test
    void serversThatStopWithTheirPartOfTheJobEndTheGroup() {
        readyGroup(7);
        report(7, 0, told(0, 1, ServerState.STOPPED, null));
        report(7, 1, told(1, 1, ServerState.STOPPED, null));
        service.dispatcher().set("7000", Phase.RUNNING, "RUNNING", Set.of(1, 2), 0);
        assertThat(service.awaitStatus(7, "failed").info().reason()).contains("the process that monitors it has ended");
    }

    @Test
    void aJobThatEndsAfterItsProcessesEndsItsGroupForItsOwnReason() {
        readyGroup(6);
        service.dispatcher().outdated(true);
        killBoth(6);
        watchFor(5);
        service.dispatcher().end("7000", Phase.FAILED, "a node of the job failed");
        assertThat(service.awaitStatus(6, "failed").info().reason()).contains("a node of the job failed");
    }

    @Test
    void aServerThatDoesNotGetReadyEndsItsGroupWithTheCauseAndItsLastLines() {
        create(2, 1, BLOCK);
        service.connect(2, 0);
        report(
                2,
                1,
                told(
                        1,
                        1,
                        ServerState.FAILED,
                        new ServerFailure(
                                ServerFailure.Cause.PORT_TAKEN, "port 8000 is used", 1, List.of("bind: failed"), 1)));
        GroupInfo failed = service.awaitStatus(2, "failed").info();
        assertThat(failed.reason())
                .contains("server 1 on gpu1 did not become ready: port 8000 is used")
                .contains("its last lines: bind: failed");
        assertThat(service.dispatcher().cancelled()).containsExactly("7000");
        // The processes that still run are ordered to end.
        assertThat(report(2, 0, told(0, 1, ServerState.STARTING, null)).specification())
                .isNull();
    }

    @Test
    void aReplicaThatDiesInMidRunIsNamedAndTheOthersGoOn() throws IOException {
        Files.writeString(directory.resolve("shared/logs/server_3_1.log"), "the last words");
        List<FakeClient> clients = readyGroup(3);
        String run = service.started(3, clients);
        report(3, 1, told(1, 1, ServerState.FAILED, killed()));
        service.awaitRun(run, "running");
        clients.getFirst().measure(run, 10);
        service.awaitEnd(run);

        RunSummary summary = service.summary(run);
        assertThat(summary.status().name()).isEqualTo("INCOMPLETE");
        assertThat(summary.valid()).isFalse();
        assertThat(summary.invalidReasons()).anySatisfy(reason -> {
            assertThat(reason.code()).isEqualTo("server_lost");
            assertThat(reason.message()).contains("server 1 on gpu1 (http://127.0.0.1:61002)", "signal 9");
        });
        assertThat(service.api()
                        .get(TestService.group(3) + "/logs")
                        .expect(200)
                        .json()
                        .toString())
                .contains("the last words");
        assertThat(summary.servers()).hasSize(2);
        assertThat(summary.servers().get(0).failure()).isNull();
        assertThat(summary.servers().get(0).arguments()).isEqualTo(Map.of("parallel", 2));
        assertThat(summary.servers().get(1).lostAfterS()).isNotNull().isBetween(-60.0, 60.0);
        Answer result = service.api().get("/api/v1/runs/" + run + "/result").expect(200);
        assertThat(result.json().at("/server_logs/server-1.log").asString("")).isEqualTo("the last words");
        // Without all of its servers a group is of no use.
        service.awaitStatus(3, "failed");
    }

    /** All energy is counted at 100 W from the creation of this test's clock. */
    private void reportPower(long group, int number, long originNanos, List<String> problems) {
        double seconds = (service.clock().nanoTime() - originNanos) / 1e9;
        ServerReport ready = told(number, 1, ServerState.READY, null);
        PowerReport power = new PowerReport(
                List.of(new PowerReport.Device(
                        "GPU-1", PowerReport.Kind.GPU, "A100", "nvidia-smi", seconds * 100, seconds, 0)),
                problems);
        report(group, number, ready.withPower(power));
    }

    @Test
    void theEnergyOfItsServersIsInTheSummaryOfARun() {
        List<FakeClient> clients = readyGroup(21);
        long origin = service.clock().nanoTime();
        for (int second = 0; second < 6; second++) {
            service.clock().advance(Duration.ofSeconds(1));
            reportPower(21, 0, origin, List.of());
            reportPower(21, 1, origin, List.of());
        }
        String run = service.started(21, clients);
        service.clock().advance(Duration.ofSeconds(10));
        reportPower(21, 0, origin, List.of());
        reportPower(21, 1, origin, List.of("the energy counters of the CPUs cannot be read"));
        clients.getFirst().measure(run, 5);
        service.awaitEnd(run);

        RunSummary summary = service.summary(run);
        EnergySummary energy = Objects.requireNonNull(summary.energy());
        assertThat(energy.windowS()).isEqualTo(2);
        assertThat(energy.devices())
                .extracting(device -> device.node() + " " + device.id() + " " + device.source())
                .containsExactly("gpu0 GPU-1 nvidia-smi", "gpu1 GPU-1 nvidia-smi");
        assertThat(energy.devices())
                .allSatisfy(device -> assertThat(device.coveredShare()).isBetween(0.9, 1.0));
        double joules = Objects.requireNonNull(energy.joules());
        assertThat(joules).as("two devices with 100 W for 2 s").isCloseTo(400, within(1e-6));
        assertThat(energy.gpuJoules()).isEqualTo(joules);
        assertThat(energy.cpuJoules()).isNull();
        assertThat(Objects.requireNonNull(energy.joulesPerRequest()))
                .isEqualTo(joules / summary.requests().completed());
        assertThat(Objects.requireNonNull(energy.joulesPerOutputToken()))
                .isEqualTo(joules / summary.tokens().output());
        assertThat(Objects.requireNonNull(energy.wattHours())).isEqualTo(joules / 3600);
        assertThat(Objects.requireNonNull(energy.idleWatts())).isCloseTo(200, within(1e-6));
        assertThat(energy.notes()).containsExactly("gpu1: the energy counters of the CPUs cannot be read");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"devices":[{"id":"a","kind":"gpu","name":"n","source":"s","energy_j":-1,"covered_s":0,"age_s":0}],"problems":[]} | not numbers
            {"devices":[{"id":"a\\nb","kind":"gpu","name":"n","source":"s","energy_j":1,"covered_s":0,"age_s":0}],"problems":[]} | control characters
            {"devices":[{"kind":"gpu","name":"n","source":"s","energy_j":1,"covered_s":0,"age_s":0}],"problems":[]} | needs id
            {"devices":[{"id":"a","kind":"gpu","name":"n","source":"s","energy_j":1e300,"covered_s":0,"age_s":0}],"problems":[]} | not numbers
            """)
    void powerThatMakesNoSenseIsRefused(String power, String message) {
        readyGroup(22);
        ObjectNode body = JsonFormat.mapper().valueToTree(told(0, 1, ServerState.READY, null));
        body.set("power", JsonFormat.mapper().readTree(power));
        assertThat(service.api()
                        .as(service.secretOf(22))
                        .post(TestService.group(22) + "/servers/0", body)
                        .expect(422)
                        .detail())
                .contains(message);
    }

    @Test
    void aRunEndsWhenNoServerIsLeft() {
        List<FakeClient> clients = readyGroup(4);
        String run = service.started(4, clients);
        killBoth(4);
        service.awaitRun(run, "draining");
        clients.getFirst().measure(run, 5);
        service.awaitEnd(run);
        assertThat(service.summary(run).status().name()).isEqualTo("INCOMPLETE");
        service.awaitStatus(4, "failed");
    }

    @Test
    void otherArgumentsStartTheServersAnewInTheSameJob() {
        readyGroup(5);
        String path = TestService.group(5) + "/server";
        assertThat(service.api()
                        .post(path, Map.of("arguments", Map.of("parallel", 2)))
                        .expect(200)
                        .json()
                        .path("status")
                        .asString(""))
                .isEqualTo("unchanged");
        service.api().post(path, Map.of("arguments", Map.of("parallel", 4))).expect(200);
        service.awaitStatus(5, "starting");
        ServerOrder order = report(5, 0, told(0, 1, ServerState.READY, null));
        assertThat(order.generation()).isEqualTo(2);
        assertThat(order.specification()).isNotNull();
        assertThat(order.specification().command()).contains("4");
        assertThat(service.show(5).info().status().name()).isEqualTo("STARTING");
        report(5, 0, told(0, 2, ServerState.READY, null));
        // A failure of the stopped servers does not count for the new ones.
        report(5, 1, told(1, 1, ServerState.FAILED, killed()));
        report(5, 1, told(1, 2, ServerState.READY, null));
        service.awaitStatus(5, "ready");
        assertThat(service.dispatcher().orders()).hasSize(1);

        service.killAndRestart();
        assertThat(report(5, 0, told(0, 2, ServerState.READY, null)).generation())
                .isEqualTo(2);
        report(5, 1, told(1, 2, ServerState.READY, null));
        service.awaitStatus(5, "ready");
    }

    @Test
    void severalGroupsUseTheServersOfOne() {
        create(6, 0, BLOCK);
        assertThat(service.create(7, Map.of("num_clients", 1, "server", Map.of("group", 99)))
                        .expect(422)
                        .detail())
                .contains("group 99 does not exist");
        create(7, 1, Map.of("group", 6));
        List<FakeClient> clients = List.of(service.connect(7, 0));
        service.awaitStatus(7, "starting");
        report(6, 0, told(0, 1, ServerState.READY, null));
        report(6, 1, told(1, 1, ServerState.READY, null));
        service.awaitStatus(6, "ready");
        service.awaitStatus(7, "ready");
        assertThat(service.api()
                        .post(TestService.group(6) + "/run", Map.of("duration", "2s"))
                        .expect(409)
                        .detail())
                .contains("has servers and no clients");
        String run = service.started(7, clients);
        clients.getFirst().measure(run, 5);
        service.awaitEnd(run);
        assertThat(service.summary(run).servers()).hasSize(2);
        assertThat(service.summary(run).provenance().targets()).hasSize(2);
        service.api().delete(TestService.group(6)).expect(200);
        service.awaitStatus(7, "starting");
    }

    @Test
    void aRunEndsWhenNoServerOfTheSharedGroupIsLeft() {
        List<FakeClient> clients = sharingGroup(14, 15);
        String run = service.started(15, clients);
        killBoth(14);
        service.awaitRun(run, "draining");
        clients.getFirst().measure(run, 5);
        service.awaitEnd(run);
        RunSummary summary = service.summary(run);
        assertThat(summary.status().name()).isEqualTo("INCOMPLETE");
        assertThat(summary.invalidReasons().getFirst().code()).isEqualTo("server_lost");
    }

    @Test
    void aRunEndsWhenTheSharedGroupIsDeletedAndSaysSo() {
        List<FakeClient> clients = sharingGroup(16, 17);
        String run = service.started(17, clients);
        report(16, 0, told(0, 1, ServerState.STOPPED, null));
        report(16, 1, told(1, 1, ServerState.STOPPING, null));
        service.api().delete(TestService.group(16)).expect(200);
        service.awaitRun(run, "draining");
        clients.getFirst().measure(run, 5);
        service.awaitEnd(run);
        assertThat(service.api().get("/api/v1/runs/" + run).expect(200).json().toString())
                .contains("group 16, whose servers were measured, was deleted or has ended");
        assertThat(service.summary(run).valid()).isFalse();
    }

    private List<FakeClient> sharingGroup(long servers, long group) {
        create(servers, 0, BLOCK);
        report(servers, 0, told(0, 1, ServerState.READY, null));
        report(servers, 1, told(1, 1, ServerState.READY, null));
        service.awaitStatus(servers, "ready");
        create(group, 1, Map.of("group", servers));
        List<FakeClient> clients = List.of(service.connect(group, 0));
        service.awaitStatus(group, "ready");
        return clients;
    }

    @Test
    void namesInTwoPairsOfBracesAreSomebodyElses() {
        create(
                18,
                1,
                Map.of(
                        "command",
                        List.of("a", "{{content}}", "{\"kv_port\":{port}}", "{x}"),
                        "arguments",
                        Map.of("x", 7)));
        ServerOrder order = report(18, 0, told(0, 0, ServerState.WAITING, null));
        assertThat(order.specification()).isNotNull();
        assertThat(order.specification().command()).containsExactly("a", "{{content}}", "{\"kv_port\":{port}}", "7");
    }

    @Test
    void serversThatAreSilentAreGivenUp() {
        readyGroup(8);
        service.clock().advance(Duration.ofSeconds(150));
        report(8, 0, told(0, 1, ServerState.READY, null));
        service.clock().advance(Duration.ofSeconds(100));
        GroupInfo failed = service.awaitStatus(8, "failed").info();
        assertThat(failed.reason()).contains("server 1 on gpu1 is lost", "has not reported for 200 s");
    }

    @Test
    void aGroupWhoseServersHaveFailedCanBeDeletedAtOnce() {
        create(9, 1, BLOCK);
        report(9, 0, told(0, 1, ServerState.FAILED, killed()));
        Eventually.await("it ends", () -> service.show(9).info(), info -> info.reason() != null);
        service.api().delete(TestService.group(9)).expect(200);
        service.api().get(TestService.group(9)).expect(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"replicas": 2}                                                        | server.command
            {"container": "/x.sif"}                                                | a container without a command
            {"container": "x.sif", "command": ["a"]}                               | no absolute path
            {"command": ["a", "{prt}"]}                                            | unknown placeholder {prt}
            {"command": ["a"], "port": 80}                                         | server.port is 80
            {"command": ["a"], "replicas": 3, "replicas_per_node": 2}              | do not fill nodes of 2
            {"command": ["a"], "nodes": 2, "replicas_per_node": 2, "replicas": 2}  | leave one out
            {"command": ["a"], "environment": {"SLURM_JOB_ID": "1"}}               | SLURM_JOB_ID is not the server's to set
            {"command": ["a"], "environment": {"A B": "1"}}                        | no name of a variable
            {"command": ["a"], "gpu_memory_fraction": 1.5}                         | is no share
            {"command": ["a"], "ready_timeout": "0s"}                              | give 1 s to
            {"command": ["a"], "health_path": "health"}                            | no path
            {"command": ["a"], "container_sha256": "00"}                           | none is named
            {"command": ["a"], "arguments": {"x": [1]}}                            | give a text, a number
            {"command": ["a"], "arguments": {"x;y": 1}}                            | no name of an argument
            {"command": ["a"], "gpus": 3, "replicas": 2, "replicas_per_node": 2}   | cannot be shared evenly
            {"group": 4, "port": 8000}                                             | give no other member
            {"recipe": "tgi", "model": "m"}                                        | there is no recipe
            {"recipe": "vllm"}                                                     | server.model
            {"recipe": "vllm", "model": "m", "command": ["a"]}                     | a recipe defines the command
            {"recipe": "vllm", "model": "m", "arguments": {"max_num_seqs": "x"}}   | no whole number
            {"recipe": "vllm", "model": "m", "gpus": 2, "arguments": {"tensor_parallel": 4}} | tensor_parallel is 4
            {"command": ["a"], "health_path": "/h%"}                               | no path
            {"command": ["a"], "health_path": "/{x}"}                              | no path
            {"command": ["a"], "arguments": {"port": 1}}                           | give it as server.port
            {"command": ["a"], "arguments": {"host": "b"}}                         | is filled in on the node
            {"command": ["a\\nb"]}                                                 | control characters
            """)
    void whatCannotWorkIsRefused(String block, String words) {
        Answer answer = service.create(
                10, Map.of("num_clients", 1, "server", JsonFormat.mapper().readValue(block, Map.class)));
        assertThat(answer.expect(422).detail() + answer.json()).contains(words);
        service.api().get(TestService.group(10)).expect(404);
    }

    @Test
    void aRecipeMakesTheCommandOfAModelsNameAlone() {
        create(
                12,
                1,
                Map.of(
                        "recipe",
                        "vllm",
                        "model",
                        "Qwen/Qwen3-8B",
                        "nodes",
                        2,
                        "gpus",
                        4,
                        "arguments",
                        Map.of("enforce_eager", true)));
        ServerOrder order = report(12, 0, told(0, 0, ServerState.WAITING, null));
        assertThat(order.specification()).isNotNull();
        assertThat(order.specification().command())
                .containsSequence("vllm", "serve", "Qwen/Qwen3-8B", "--host", "{host}", "--port", "{port}")
                .containsSequence("--tensor-parallel-size", "4", "--pipeline-parallel-size", "2")
                .containsSequence("--master-addr", "{head_address}", "--master-port", "29501")
                .contains("--enforce-eager")
                .endsWith("{headless}");
        assertThat(order.specification().gpus()).isEqualTo(4);
        assertThat(order.specification().nodes()).isEqualTo(2);

        create(13, 1, Map.of("recipe", "llama.cpp", "model", "/models/m.gguf", "gpus", 0));
        ServerOrder second = report(13, 0, told(0, 0, ServerState.WAITING, null));
        assertThat(second.specification()).isNotNull();
        assertThat(second.specification().command()).containsSequence("llama-server", "-m", "/models/m.gguf");
        assertThat(second.specification().gpus()).isZero();
    }

    @Test
    void serversAndAddressesExcludeEachOther() {
        assertThat(service.create(11, Map.of("num_clients", 1, "ai_servers", List.of("http://a:1"), "server", BLOCK))
                        .expect(422)
                        .detail())
                .contains("omit one of them");
    }
}
