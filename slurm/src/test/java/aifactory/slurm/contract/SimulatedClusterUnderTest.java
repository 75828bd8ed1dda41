package aifactory.slurm.contract;

import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.simulation.FakeSlurm;
import java.io.IOException;
import java.nio.file.Path;

/** The contract's cluster in memory. */
record SimulatedClusterUnderTest(FakeSlurm slurm, SlurmGateway gateway, String version) implements ClusterUnderTest {
    @Override
    public SlurmClock clock() {
        return slurm.clock();
    }

    @Override
    public Path sharedDirectory() {
        return Path.of("/shared/logs");
    }

    @Override
    public boolean runsScripts() {
        return false;
    }

    @Override
    public String read(Path file) throws IOException {
        throw new IOException("simulated jobs write nothing: " + file);
    }

    @Override
    public void close() {}
}
