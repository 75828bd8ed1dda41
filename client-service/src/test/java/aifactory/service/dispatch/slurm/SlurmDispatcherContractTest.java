package aifactory.service.dispatch.slurm;

import aifactory.service.dispatch.ClientDispatcherContract;
import aifactory.service.dispatch.DispatcherUnderTest;
import java.nio.file.Path;

/** The contract, on a simulated cluster. */
final class SlurmDispatcherContractTest extends ClientDispatcherContract {
    @Override
    protected DispatcherUnderTest open(Path directory) {
        return SimulatedWorld.usual(directory);
    }
}
