package aifactory.service.dispatch.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.dispatch.JobStatus;
import aifactory.service.dispatch.JobStatus.Phase;
import aifactory.service.dispatch.Requests;
import aifactory.slurm.simulation.ClusterConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand groups of ten clients each. */
final class ManyJobsTest {
    private static final int GROUPS = 1_000;
    private static final int CLIENTS = 10;

    @TempDir
    private Path directory;

    @Test
    void oneQuestionARoundWhateverTheNumberOfJobs() throws Exception {
        try (SimulatedWorld world =
                new SimulatedWorld(directory, ClusterConfiguration.ofNodes(GROUPS * CLIENTS), SimulatedWorld.site())) {
            List<String> jobIds = new ArrayList<>();
            for (int id = 0; id < GROUPS; id++) {
                jobIds.add(world.dispatcher()
                        .submit(world.order(id, "token%04d".formatted(id), CLIENTS, Requests.plain()))
                        .jobId());
            }
            world.slurm.resetCounts();
            world.settle();
            assertThat(world.slurm.counts()).isEqualTo(Map.of("squeue", 1));
            Map<String, JobStatus> states = world.dispatcher().states(jobIds);
            assertThat(states).hasSize(GROUPS);
            assertThat(states.values()).allSatisfy(status -> {
                assertThat(status.phase()).isEqualTo(Phase.RUNNING);
                assertThat(status.nodes()).hasSize(CLIENTS);
            });
            for (int round = 0; round < 5; round++) {
                world.settle();
                assertThat(world.dispatcher().states(jobIds)).hasSize(GROUPS);
            }
            assertThat(world.slurm.counts()).isEqualTo(Map.of("squeue", 6));
            world.pass(Duration.ofMinutes(10));
            world.settle();
            assertThat(world.dispatcher().states(jobIds).values())
                    .allSatisfy(status -> assertThat(status.phase()).isEqualTo(Phase.EXPIRED));
        }
    }
}
