package aifactory.service.dispatch.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.protocol.GroupRequest;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.ServerRequest;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.DispatchRefusedException;
import aifactory.service.dispatch.DispatchedJob;
import aifactory.service.dispatch.InvalidOrderException;
import aifactory.service.dispatch.JobExplanation;
import aifactory.service.dispatch.JobStatus;
import aifactory.service.dispatch.JobStatus.Phase;
import aifactory.service.dispatch.RecordedJob;
import aifactory.service.dispatch.Requests;
import aifactory.service.servers.ServerPlanner;
import aifactory.slurm.JobId;
import aifactory.slurm.JobState;
import aifactory.slurm.simulation.ClusterConfiguration;
import aifactory.slurm.simulation.JobBehaviour;
import aifactory.slurm.simulation.JobView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups whose clients and servers run on nodes of different kinds: one heterogeneous job. */
final class HeterogeneousGroupTest {
    @TempDir
    private Path directory;

    private SimulatedWorld world;

    @BeforeEach
    void open() {
        world = SimulatedWorld.usual(directory);
        world.slurm.behave(job -> JobBehaviour.UNTIL_STOPPED);
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** The order with servers, one per node. */
    static DispatchOrder withServers(DispatchOrder order, int nodes, @Nullable String profile) {
        Map<String, Object> block = new HashMap<>(
                Map.of("command", List.of("llama-server", "--port", "{port}"), "replicas", nodes, "gpus", 2));
        block.put("profile", profile);
        ServerRequest server =
                JsonFormat.mapper().readValue(JsonFormat.mapper().writeValueAsString(block), ServerRequest.class);
        GroupRequest request = order.request();
        return new DispatchOrder(
                order.benchmarkId(),
                order.token(),
                order.jobId(),
                order.createdAt(),
                order.numClients(),
                order.timeLimit(),
                new GroupRequest(
                        null,
                        null,
                        request.profile(),
                        request.partition(),
                        request.qos(),
                        request.account(),
                        request.container(),
                        request.gpu(),
                        null,
                        null,
                        null,
                        request.template(),
                        server),
                order.clientServiceAddress(),
                List.of(),
                ServerPlanner.specification(server),
                order.secretFile(),
                order.logDirectory());
    }

    private DispatchedJob submit() throws Exception {
        return world.dispatcher().submit(withServers(world.order(2), 2, "gpu"));
    }

    private String running() throws Exception {
        return world.running(withServers(world.order(2), 2, "gpu"));
    }

    private static JobId second(String jobId) {
        return new JobId(Long.parseLong(jobId) + 1);
    }

    @Test
    void clientsAndServersHaveAComponentEach() throws Exception {
        DispatchedJob job = submit();
        assertThat(job.notes()).isEmpty();
        JobView clients = world.job(job.jobId());
        JobView servers = world.slurm.job(second(job.jobId()));
        assertThat(clients.options()).containsEntry("nodes", "2").doesNotContainKey("gres");
        assertThat(servers.options())
                .containsEntry("nodes", "2")
                .containsEntry("gres", "gpu:2")
                .containsEntry("partition", "gpu")
                .containsEntry("mem", "32G");
        world.settle(5);
        JobStatus status = world.status(job.jobId());
        assertThat(status.phase()).isEqualTo(Phase.RUNNING);
        assertThat(status.nodes()).hasSize(4).doesNotHaveDuplicates();
        assertThat(status.endedProcesses()).isEmpty();
        assertThat(world.slurm.jobs()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "2,2", "3,3"})
    void aLostNodeIsThatOfAClientOrOfAServer(int node, int process) throws Exception {
        String jobId = running();
        world.slurm.failNode(world.status(jobId).nodes().get(node));
        world.settle(2);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.RUNNING);
        assertThat(world.status(jobId).endedProcesses()).containsExactly(process);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CANCELLED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED"})
    void aComponentThatEndsTakesItsServersWithIt(JobState end) throws Exception {
        String jobId = running();
        world.slurm.end(second(jobId), end, 0);
        world.settle(2);
        JobStatus status = world.status(jobId);
        assertThat(status.phase()).isEqualTo(Phase.RUNNING);
        assertThat(status.endedProcesses()).containsExactlyInAnyOrder(2, 3);
        assertThat(status.reason()).contains("component 1").contains("servers").contains(end.name());
        assertThat(world.dispatcher().cancelAndConfirm(jobId).phase().isTerminal())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"COMPLETED,COMPLETED", "FAILED,FAILED", "TIMEOUT,EXPIRED", "PREEMPTED,FAILED", "CANCELLED,CANCELLED"})
    void theEndOfTheFirstComponentIsThatOfTheJob(JobState end, Phase phase) throws Exception {
        String jobId = running();
        world.slurm.end(JobId.parse(jobId), end, 0);
        world.settle(2);
        assertThat(world.status(jobId).phase()).isEqualTo(phase);
        assertThat(world.slurm.job(second(jobId)).state().isTerminal()).isTrue();
    }

    @Test
    void aRequeueBeginsBothComponentsAnew() throws Exception {
        String jobId = running();
        world.slurm.requeue(second(jobId));
        world.dispatcher().poll();
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.PENDING);
        assertThat(world.status(jobId).restarts()).isEqualTo(1);
        world.settle(10);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.RUNNING);
        assertThat(world.status(jobId).endedProcesses()).isEmpty();
        assertThat(world.status(jobId).nodes()).hasSize(4);
    }

    @Test
    void cancellingEndsEveryComponent() throws Exception {
        String jobId = running();
        assertThat(world.dispatcher().cancelAndConfirm(jobId).phase().isTerminal())
                .isTrue();
        assertThat(world.slurm.jobs()).allMatch(job -> job.state().isTerminal());
    }

    @Test
    void theSecondComponentIsNotTakenForADuplicate() throws Exception {
        String jobId = submit().jobId();
        world.settle(10);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.RUNNING);
        assertThat(world.slurm.job(second(jobId)).name())
                .isEqualTo(world.job(jobId).name() + "-servers");
        world.restart();
        DispatchOrder order = withServers(world.order(2), 2, "gpu");
        assertThat(world.dispatcher().adopt(order).orElseThrow().jobId()).isEqualTo(jobId);
        world.settle(3);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.RUNNING);
        assertThat(world.status(jobId).nodes()).hasSize(4);
    }

    @Test
    void aComponentThatCanNeverStartIsNamed() throws Exception {
        DispatchOrder order = withServers(world.order(2), 5, "gpu");
        String jobId = world.dispatcher().submit(order).jobId();
        world.settle(5);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.PENDING);
        assertThat(world.status(jobId).reason())
                .contains("will never start unchanged")
                .contains("component 1 (partition 'gpu'), nodes of the servers")
                .contains("Slurm: PartitionConfig");
        JobExplanation explanation = world.dispatcher()
                .insight()
                .explain(new RecordedJob(jobId, 7, "token0007", false, order.createdAt()))
                .orElseThrow();
        assertThat(explanation.verdict()).isEqualTo("blocked");
        assertThat(explanation.cause()).startsWith("component 1 (partition 'gpu'): it asks for 5 nodes");
        assertThat(explanation.facts()).anyMatch(fact -> fact.startsWith("component 0 (partition 'cpu') is PENDING"));
    }

    @Test
    void theEndIsFoundInTheAccountsInWhicheverOrderTheyPrintTheComponents() throws Exception {
        String jobId = running();
        world.slurm.reverseAccounting(true);
        world.slurm.end(JobId.parse(jobId), JobState.TIMEOUT, 0);
        world.pass(Duration.ofMinutes(10));
        world.settle(2);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.EXPIRED);
        assertThat(world.dispatcher()
                        .insight()
                        .usage(
                                new RecordedJob(
                                        jobId,
                                        7,
                                        "token0007",
                                        false,
                                        world.order(2).createdAt()),
                                Duration.ofMinutes(10))
                        .orElseThrow())
                .satisfies(usage -> {
                    assertThat(usage.nodes()).isEqualTo(4);
                    assertThat(usage.steps()).extracting(step -> step.step()).contains("0", "+1.0");
                });
    }

    @Test
    void aClusterWithoutBackfillGetsOneKindOfNodesAndItsUserTheCost() throws Exception {
        try (SimulatedWorld builtin = new SimulatedWorld(
                directory.resolve("builtin"),
                ClusterConfiguration.ofNodes(4).withScheduler("sched/builtin"),
                SimulatedWorld.site())) {
            DispatchedJob job = builtin.dispatcher().submit(withServers(builtin.order(2), 1, "gpu"));
            assertThat(job.notes())
                    .singleElement()
                    .satisfies(note -> assertThat(note)
                            .contains("SchedulerType is sched/builtin")
                            .contains("all 3 nodes of the job are like those of its servers (profile 'gpu')")
                            .contains("4 GPUs nothing uses: up to 0.7 GPU hours")
                            .contains("num_clients 0"));
            assertThat(builtin.slurm.jobs()).hasSize(1);
            assertThat(builtin.job(job.jobId()).options())
                    .containsEntry("nodes", "3")
                    .containsEntry("partition", "gpu")
                    .containsEntry("gres", "gpu:2");
        }
    }

    @Test
    void serversAloneAreAJobOfTheirProfile() throws Exception {
        DispatchOrder order = withServers(world.order(0), 1, "dgx");
        String jobId = world.dispatcher().submit(order).jobId();
        assertThat(world.slurm.jobs()).hasSize(1);
        assertThat(world.job(jobId).options())
                .containsEntry("nodes", "1")
                .containsEntry("partition", "dgx")
                .containsEntry("gres", "gpu:2");
    }

    @Test
    void aComponentThatSlurmKeepsOfARefusedJobIsCancelled() throws Exception {
        DispatchOrder order = withServers(world.order(2), 1, "gpu");
        DispatchOrder refused = withServers(
                world.order(7, "token0007", 2, Requests.of(null, "nowhere", null, null, null, null, null)), 1, "gpu");
        assertThatThrownBy(() -> world.dispatcher().submit(refused)).isInstanceOf(DispatchRefusedException.class);
        JobId left = world.slurm.submitBeside(GroupJobs.nameOf(order) + "-servers", "#!/bin/sh\nsleep 600\n");
        world.settle(3);
        assertThat(world.slurm.job(left).state().isTerminal()).isTrue();
    }

    @Test
    void aProfileThatDoesNotExistIsRefusedByItsName() {
        assertThatThrownBy(() -> world.dispatcher().submit(withServers(world.order(2), 1, "gpus")))
                .isInstanceOfSatisfying(
                        InvalidOrderException.class, e -> assertThat(e.field()).isEqualTo("server.profile"))
                .hasMessageContaining("there is no profile 'gpus'; there are: cpu, dgx, gpu");
        assertThatThrownBy(() -> world.dispatcher().preview(withServers(world.order(2), 1, "a b")))
                .isInstanceOfSatisfying(
                        InvalidOrderException.class, e -> assertThat(e.field()).isEqualTo("server.profile"));
    }

    @Test
    void aPreviewShowsTheScriptOfBothComponents() throws Exception {
        assertThat(world.dispatcher().preview(withServers(world.order(2), 1, "gpu")))
                .startsWith("# sbatch --parsable --export=ALL\n")
                .contains("#SBATCH hetjob\n")
                .contains("--het-group=0")
                .contains("--het-group=1");
    }
}
