package aifactory.slurm.contract;

import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.simulation.ClusterConfiguration;
import aifactory.slurm.simulation.FakeSlurm;
import java.util.List;
import java.util.Map;

class CommandLineGatewayOnFakeSlurm2411Test extends SlurmGatewayContract {
    @Override
    protected ClusterUnderTest open() {
        FakeSlurm slurm = new FakeSlurm(ClusterConfiguration.ofNodes(4).withVersion("24.11.5"));
        SlurmEnvironment environment = SlurmEnvironment.from(Map.of("PATH", "/usr/bin"), List.of());
        return new SimulatedClusterUnderTest(
                slurm, new CommandLineSlurmGateway(slurm.commands(), environment), "24.11");
    }
}
