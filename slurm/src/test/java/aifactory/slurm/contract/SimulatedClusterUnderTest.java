package aifactory.slurm.contract;

import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.rest.RestSlurmGateway;
import aifactory.slurm.rest.RestTokens;
import aifactory.slurm.simulation.ClusterConfiguration;
import aifactory.slurm.simulation.FakeSlurm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The contract's cluster in memory. */
record SimulatedClusterUnderTest(FakeSlurm slurm, SlurmGateway gateway, String version) implements ClusterUnderTest {
    /** Accessed through its slurmrestd, with tokens that it generates. */
    static SimulatedClusterUnderTest byRest(String release, String version) {
        FakeSlurm slurm = new FakeSlurm(ClusterConfiguration.ofNodes(4).withVersion(release));
        SlurmEnvironment environment = SlurmEnvironment.from(Map.of("PATH", "/usr/bin"), List.of());
        RestTokens tokens = new RestTokens(null, null, slurm.commands(), environment, slurm.clock());
        return new SimulatedClusterUnderTest(
                slurm, new RestSlurmGateway(slurm.rest(), "alice", tokens, environment, slurm.clock()), version);
    }

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
