package aifactory.service.dispatch.slurm;

import aifactory.service.dispatch.DispatcherUnderTest;
import aifactory.service.dispatch.GroupDispatcherContract;
import java.nio.file.Path;

/** The contract, on a simulated cluster. */
final class SlurmDispatcherContractTest extends GroupDispatcherContract {
    @Override
    protected DispatcherUnderTest open(Path directory) {
        return SimulatedWorld.usual(directory);
    }
}
