package aifactory.slurm.contract;

class RestGatewayOnFakeSlurm2411Test extends SlurmGatewayContract {
    @Override
    protected ClusterUnderTest open() {
        return SimulatedClusterUnderTest.byRest("24.11.5", "24.11");
    }

    @Override
    protected boolean estimatesStarts() {
        return false;
    }
}
