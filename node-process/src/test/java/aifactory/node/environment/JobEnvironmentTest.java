package aifactory.node.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobEnvironmentTest {
    @Test
    void knowsASlurmTask() throws Exception {
        JobEnvironment job = JobEnvironment.of(Map.of(
                "SLURM_JOB_ID", "4711",
                "SLURMD_NODENAME", "node17",
                "SLURM_PROCID", "3",
                "SLURM_RESTART_COUNT", "1",
                "SLURM_NTASKS", "16",
                "SLURM_CPUS_PER_TASK", "8",
                "AIFACTORY_GROUP_SECRET_FILE", "/shared/secret"));

        assertThat(job).isEqualTo(new JobEnvironment("4711", "node17", 3, 1, 16, 8, Path.of("/shared/secret")));
    }

    @Test
    void itsOwnVariablesWinOverThoseOfASurroundingAllocation() throws Exception {
        JobEnvironment job = JobEnvironment.of(Map.of(
                "SLURM_PROCID", "0",
                "AIFACTORY_PROCESS_NUMBER", "5",
                "SLURM_NTASKS", "1",
                "SLURM_STEP_NUM_TASKS", "2",
                "AIFACTORY_NUM_CLIENTS", "6"));

        assertThat(job.processNumber()).isEqualTo(5);
        assertThat(job.processes()).isEqualTo(6);
    }

    @Test
    void knowsNothingOutsideOfAJob() throws Exception {
        assertThat(JobEnvironment.of(Map.of("SLURM_JOB_ID", " ", "SLURM_PROCID", "")))
                .isEqualTo(new JobEnvironment(null, null, null, null, null, null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "1.5", "99999999999"})
    void refusesANumberThatIsNoneByNameAndValue(String value) {
        assertThatThrownBy(() -> JobEnvironment.of(Map.of("SLURM_PROCID", value)))
                .isInstanceOf(NodeProblemException.class)
                .hasMessageContaining("SLURM_PROCID")
                .hasMessageContaining("'" + value + "'");
    }
}
