package aifactory.slurm.testbed;

import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.contract.ClusterUnderTest;
import aifactory.slurm.contract.SlurmGatewayContract;
import java.util.List;
import java.util.Map;

class CommandLineGatewayOnTestbed extends SlurmGatewayContract {
    @Override
    protected ClusterUnderTest open() {
        Testbed testbed = Testbed.fromProperties();
        SlurmEnvironment environment = SlurmEnvironment.from(Map.of(), List.of());
        return new TestbedClusterUnderTest(testbed, new CommandLineSlurmGateway(testbed.commands(), environment));
    }
}
