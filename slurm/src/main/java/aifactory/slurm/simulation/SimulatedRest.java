package aifactory.slurm.simulation;

import aifactory.slurm.rest.RestRequest;
import aifactory.slurm.rest.RestResponse;
import aifactory.slurm.rest.RestTransport;
import java.io.IOException;

/** {@code slurmrestd} in front of the simulated cluster. */
public final class SimulatedRest implements RestTransport {
    SimulatedRest(FakeSlurm slurm, SimulatedCluster cluster) {
        if (slurm == null || cluster == null) {
            throw new IllegalArgumentException();
        }
    }

    @Override
    public RestResponse exchange(RestRequest request) throws IOException {
        throw new IOException("not yet");
    }
}
