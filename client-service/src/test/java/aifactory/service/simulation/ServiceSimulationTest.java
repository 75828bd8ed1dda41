package aifactory.service.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a simulation can be trusted; many seeds are simulated by {@link ManySeeds}. */
class ServiceSimulationTest {
    private static final long SEED = 1;

    @TempDir
    Path directory = Path.of("");

    @Test
    void aSeedReplays() {
        ServiceSimulation.Outcome first = new ServiceSimulation(SEED, directory.resolve("first")).run();
        ServiceSimulation.Outcome second = new ServiceSimulation(SEED, directory.resolve("second")).run();
        assertThat(second).isEqualTo(first);
        assertThat(first.acknowledgedBatches()).as("the clients delivered").isPositive();
        assertThat(first.runsWithResult()).as("runs ended with a result").isPositive();
        assertThat(first.starts()).as("the service was killed").isGreaterThan(1);
    }
}
