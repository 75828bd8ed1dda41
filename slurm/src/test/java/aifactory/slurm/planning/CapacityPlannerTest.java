package aifactory.slurm.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.simulation.FakeSlurm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CapacityPlannerTest {
    private final FakeSlurm slurm = FakeSlurm.ofNodes(4);
    private final CapacityPlanner planner = new CapacityPlanner(
            new CommandLineSlurmGateway(slurm.commands(), SlurmEnvironment.from(Map.of("PATH", "/bin"), List.of())));

    private CapacityPlan plan(int clients, int cpus, String memory, int minutes) throws Exception {
        return plan(clients, cpus, memory, minutes, null, null);
    }

    private CapacityPlan plan(
            int clients, int cpus, String memory, int minutes, @Nullable String partition, @Nullable String gres)
            throws Exception {
        return planner.plan(new PlanQuestion(
                clients, cpus, memory, Duration.ofMinutes(minutes), partition, null, null, gres, null));
    }

    @Test
    void whatFitsIsAddedUp() throws Exception {
        CapacityPlan plan = plan(3, 4, "8G", 30);

        assertThat(plan.fits()).isTrue();
        assertThat(plan.verdict()).isEqualTo("it fits into partition cpu now: 4 suitable nodes are idle");
        assertThat(plan.totalCpus()).isEqualTo(12);
        assertThat(plan.totalMemoryBytes()).isEqualTo(24L << 30);
        assertThat(plan.nodeHours()).isEqualTo(1.5);
        assertThat(plan.cpuHours()).isEqualTo(6.0);
        assertThat(plan.chosen()).isEqualTo("cpu");
        assertThat(plan.expectedStart()).isNotNull();
        assertThat(plan.offers()).extracting(PartitionOffer::partition).containsExactly("cpu", "gpu", "dgx");
        assertThat(plan.offers().getFirst().shapes().getFirst())
                .isEqualTo("4 x 32 CPUs, 128 GiB, gpu:a100:2, dgx_a100 skylake (idle)");
        assertThat(plan.nativeCommands()).anyMatch(command -> command.contains("--test-only"));
        assertThat(slurm.jobs()).isEmpty();
    }

    @Test
    void tooManyClientsAreCounted() throws Exception {
        CapacityPlan plan = plan(5, 4, "8G", 30);

        assertThat(plan.fits()).isFalse();
        assertThat(plan.verdict()).contains("only 4 of its usable nodes have so much");
    }

    @Test
    void aClientThatIsTooLargeFitsNowhere() throws Exception {
        assertThat(plan(1, 64, "8G", 30).verdict()).contains("none of its usable nodes has enough resources");
        assertThat(plan(1, 4, "512G", 30).verdict()).contains("none of its usable nodes has enough resources");
        assertThat(plan(1, 4, "8G", 30, null, "gpu:3").verdict()).contains("none of its usable nodes");
        assertThat(plan(1, 4, "8G", 30, null, "gpu:a100:2").fits()).isTrue();
        assertThat(plan(1, 4, "8G", 30, null, "gpu:h100:1").fits()).isFalse();
    }

    @Test
    void aLimitOfThePartitionIsNamed() throws Exception {
        assertThat(plan(1, 4, "8G", 150, "dgx", null).verdict())
                .isEqualTo("partition dgx cannot run it: its time limit is 120 min, less than 150");
    }

    @Test
    void nodesThatAreDownAreNotCounted() throws Exception {
        slurm.failNode("node002");

        assertThat(plan(4, 4, "8G", 30).verdict()).contains("only 3 of its usable nodes");
    }

    @Test
    void aPartitionThatIsNotThereIsRefusedInSlurmsWords() throws Exception {
        CapacityPlan plan = plan(1, 4, "8G", 30, "nope", null);

        assertThat(plan.fits()).isFalse();
        assertThat(plan.verdict()).isEqualTo("there is no partition 'nope'");
        assertThat(plan.startWords()).contains("nvalid partition");
    }

    @Test
    void memoryThatIsNoSizeIsNamed() {
        assertThatThrownBy(() -> plan(1, 4, "lots", 30))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'lots'")
                .hasMessageContaining("8G");
    }
}
