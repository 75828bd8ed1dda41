package aifactory.slurm.testbed;

import aifactory.slurm.SlurmClock;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.contract.ClusterUnderTest;
import aifactory.slurm.contract.SlurmGatewayContract;
import aifactory.slurm.rest.HttpRestTransport;
import aifactory.slurm.rest.RestSlurmGateway;
import aifactory.slurm.rest.RestTokens;
import java.util.List;
import java.util.Map;

/** Tokens come from the cluster's own {@code scontrol token}. */
class RestGatewayOnTestbed extends SlurmGatewayContract {
    @Override
    protected ClusterUnderTest open() {
        Testbed testbed = Testbed.fromProperties();
        SlurmEnvironment environment = SlurmEnvironment.from(Map.of("PATH", "/usr/bin:/bin"), List.of());
        RestTokens tokens = new RestTokens(null, null, testbed.commands(), environment, SlurmClock.system());
        return new TestbedClusterUnderTest(
                testbed,
                new RestSlurmGateway(
                        new HttpRestTransport(testbed.restAddress()),
                        testbed.user(),
                        tokens,
                        environment,
                        SlurmClock.system()));
    }

    @Override
    protected boolean estimatesStarts() {
        return false;
    }

    @Override
    protected boolean signalsSteps() {
        return !Testbed.fromProperties().version().startsWith("22.");
    }
}
