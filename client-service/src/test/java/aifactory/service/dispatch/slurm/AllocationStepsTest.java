package aifactory.service.dispatch.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.InvalidOrderException;
import aifactory.slurm.JobId;
import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.command.CommandOutcome;
import aifactory.slurm.command.SlurmEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups as steps of the allocation that the service runs in. */
final class AllocationStepsTest {
    private static final Map<String, String> IN_A_JOB =
            Map.of("SLURM_JOB_ID", "42", "SLURM_JOB_NODELIST", "node[001-003]", "SLURM_CPUS_PER_TASK", "6");

    @TempDir
    private Path directory;

    private final List<List<String>> asked = new ArrayList<>();
    private String steps = "";

    private CommandOutcome answer(Command command) {
        asked.add(command.arguments());
        return new CommandOutcome.Exited(0, command.program().equals("squeue") ? steps : "", "");
    }

    private AllocationSteps allocation() {
        return allocation(IN_A_JOB);
    }

    private AllocationSteps allocation(Map<String, String> environment) {
        CommandLineSlurmGateway gateway =
                new CommandLineSlurmGateway(this::answer, SlurmEnvironment.from(Map.of("PATH", "/usr/bin"), List.of()));
        return new AllocationSteps(Allocation.of(environment).orElseThrow(), gateway, SimulatedWorld.site(), directory);
    }

    private DispatchOrder order(int clients) {
        try (SimulatedWorld world = SimulatedWorld.usual(directory)) {
            return world.order(clients);
        }
    }

    @Test
    void theEnvironmentTellsTheAllocation() {
        assertThat(Allocation.of(IN_A_JOB))
                .contains(new Allocation(
                        new JobId(42), List.of("node001", "node002", "node003"), 6, null, null, List.of()));
        assertThat(Allocation.of(Map.of("PATH", "/usr/bin"))).isEmpty();
        assertThat(Allocation.of(Map.of("SLURM_JOB_ID", "x; id", "SLURM_JOB_NODELIST", "node[001")))
                .isEmpty();
    }

    @Test
    void aGroupIsOneStepOnAsManyNodesAsItHasClients() throws Exception {
        List<String> command = allocation().command(order(2), 0);
        assertThat(command).hasSize(2);
        String script = Files.readString(Path.of(command.get(1)));
        assertThat(script)
                .contains("exec srun --overlap --job-name=clients-token0007 --nodes=2 --ntasks=2 --ntasks-per-node=1"
                        + " --kill-on-bad-exit=0")
                .contains("--cpus-per-task=6")
                .contains("export BENCHMARK_ID=7");
        assertThat(allocation().count(order(2))).isEqualTo(1);
    }

    private static final Map<String, String> IN_A_HETEROGENEOUS_JOB = Map.of(
            "SLURM_JOB_ID", "42",
            "SLURM_JOB_NODELIST", "node[001-002]",
            "SLURM_CPUS_PER_TASK", "6",
            "SLURM_HET_SIZE", "2",
            "SLURM_JOB_NODELIST_HET_GROUP_0", "node[001-002]",
            "SLURM_JOB_NODELIST_HET_GROUP_1", "gpu[7-8]");

    @Test
    void serversRunInTheSecondComponentOfAHeterogeneousAllocation() throws Exception {
        Allocation allocation = Allocation.of(IN_A_HETEROGENEOUS_JOB).orElseThrow();
        assertThat(allocation.nodes()).containsExactly("node001", "node002", "gpu7", "gpu8");
        assertThat(allocation.components()).containsExactly(List.of("node001", "node002"), List.of("gpu7", "gpu8"));
        AllocationSteps steps = allocation(IN_A_HETEROGENEOUS_JOB);
        String script = steps.preview(HeterogeneousGroupTest.withServers(order(2), 1, null));
        assertThat(script)
                .contains("srun --overlap --job-name=clients-token0007 --het-group=0 --nodes=2 --ntasks=2")
                .contains("srun --overlap --job-name=clients-token0007 --het-group=1 --nodes=1 --ntasks=1");
        assertThatThrownBy(() -> steps.check(HeterogeneousGroupTest.withServers(order(3), 1, null)))
                .hasMessageContaining("clients on 3 nodes, and component 0 of job 42 has 2 nodes");
        assertThatThrownBy(() -> steps.check(HeterogeneousGroupTest.withServers(order(2), 3, null)))
                .hasMessageContaining("servers on 3 nodes, and component 1 of job 42 has 2 nodes");
        // Without servers there is nothing to set apart.
        assertThat(steps.preview(order(4))).contains("--nodes=4").doesNotContain("--het-group");
    }

    @Test
    void anAllocationWhoseComponentsAreNotAllKnownIsOne() {
        Map<String, String> partly = new HashMap<>(IN_A_HETEROGENEOUS_JOB);
        partly.remove("SLURM_JOB_NODELIST_HET_GROUP_1");
        assertThat(Allocation.of(partly).orElseThrow().components()).isEmpty();
        partly.put("SLURM_HET_SIZE", "many");
        assertThat(Allocation.of(partly).orElseThrow().nodes()).containsExactly("node001", "node002");
    }

    @Test
    void moreClientsThanNodesAreRefused() {
        assertThatThrownBy(() -> allocation().check(order(4)))
                .isInstanceOfSatisfying(
                        InvalidOrderException.class, e -> assertThat(e.field()).isEqualTo("num_clients"))
                .hasMessageContaining("job 42 has 3 nodes");
    }

    @Test
    void onlyTheStepOfThatGroupIsToldToEnd() throws Exception {
        steps = "42.0\u001fclients-token0008\u001e\n42.batch\u001fbatch\u001e\n42.7\u001fclients-token0007\u001e\n";
        assertThat(allocation().askToEnd("token0007")).isTrue();
        assertThat(asked.getLast()).containsExactly("scancel", "--signal=TERM", "42.7");
    }

    @Test
    void aStepThatIsGoneIsNotWaitedFor() throws Exception {
        steps = "42.batch\u001fbatch\u001e\n";
        assertThat(allocation().askToEnd("token0007")).isFalse();
        assertThat(asked).hasSize(1);
    }
}
