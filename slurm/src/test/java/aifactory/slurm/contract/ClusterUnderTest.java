package aifactory.slurm.contract;

import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmGateway;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A cluster, real or simulated, and a gateway to it. Both have the same setup: four nodes of 32 CPUs; partitions cpu,
 * gpu and dgx with limits of 1 day, 4 and 2 hours; QOS normal, gpu (30 min) and debug (5 min, denied beyond); account
 * ai-factory.
 */
public interface ClusterUnderTest extends AutoCloseable {
    SlurmGateway gateway();

    /** Virtual where the cluster is. */
    SlurmClock clock();

    /** For instance 22.05. */
    String version();

    /** A directory that jobs can write into. */
    Path sharedDirectory();

    /** Whether scripts really run, so that their output can be read. */
    boolean runsScripts();

    /** The content of a file in the shared directory. */
    String read(Path file) throws IOException, InterruptedException;

    @Override
    void close();
}
