package aifactory.slurm.contract;

class RestGatewayOnFakeSlurm2605Test extends SlurmGatewayContract {
    @Override
    protected ClusterUnderTest open() {
        return SimulatedClusterUnderTest.byRest("26.05.5", "26.05");
    }

    @Override
    protected boolean estimatesStarts() {
        return false;
    }
}
