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
    void aSeedReplaysWhateverWasSimulatedBefore() throws Exception {
        ServiceSimulation.Outcome first;
        ServiceSimulation.Outcome second;
        try (SimulatedDisk disk = new SimulatedDisk(directory.resolve("disk"))) {
            first = simulate(SEED, "first", disk);
            simulate(SEED + 1, "between", disk);
            second = simulate(SEED, "second", disk);
        }
        assertThat(second).isEqualTo(first);
        assertThat(first.acknowledgedBatches()).as("the clients delivered").isPositive();
        assertThat(first.runsWithResult()).as("runs ended with a result").isPositive();
        assertThat(first.starts()).as("the service was killed").isGreaterThan(1);
    }

    private ServiceSimulation.Outcome simulate(long seed, String name, SimulatedDisk disk) throws Exception {
        return new ServiceSimulation(seed, directory.resolve(name), disk).run();
    }
}
