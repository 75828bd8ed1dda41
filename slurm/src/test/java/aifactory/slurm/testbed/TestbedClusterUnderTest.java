package aifactory.slurm.testbed;

import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.contract.ClusterUnderTest;
import java.io.IOException;
import java.nio.file.Path;

/** The contract's cluster as it really is. */
record TestbedClusterUnderTest(Testbed testbed, SlurmGateway gateway) implements ClusterUnderTest {
    @Override
    public SlurmClock clock() {
        return SlurmClock.system();
    }

    @Override
    public String version() {
        return testbed.version();
    }

    @Override
    public Path sharedDirectory() {
        return Path.of("/scratch");
    }

    @Override
    public boolean runsScripts() {
        return true;
    }

    @Override
    public String read(Path file) throws IOException, InterruptedException {
        return testbed.read(file);
    }

    @Override
    public void close() {}
}
