package aifactory.slurm.contract;

class RestGatewayOnFakeSlurm2205Test extends SlurmGatewayContract {
    @Override
    protected ClusterUnderTest open() {
        return SimulatedClusterUnderTest.byRest("22.05.8", "22.05");
    }

    @Override
    protected boolean estimatesStarts() {
        return false;
    }

    @Override
    protected boolean signalsSteps() {
        return false;
    }
}
