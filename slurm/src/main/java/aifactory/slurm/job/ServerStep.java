package aifactory.slurm.job;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The step of a job that runs AI servers in addition to the clients, on separate nodes.
 *
 * @param nodes after those of the clients
 * @param processesPerNode that share a node
 * @param launch of the program that starts and watches the server; not a container, from within which no other could be
 *      started
 * @param endSeconds how long the servers may take to end after the clients; the job then ends the remaining ones
 * @param logDirectory where the servers' output goes
 * @param component resources of the servers' nodes, which are then the second component of a heterogeneous job; null
 *     where their nodes are like those of the clients
 */
public record ServerStep(
        int nodes,
        int processesPerNode,
        Launch launch,
        int endSeconds,
        Path logDirectory,
        @Nullable Profile component) {
    /** Servers on nodes like those of the clients. */
    public ServerStep(int nodes, int processesPerNode, Launch launch, int endSeconds, Path logDirectory) {
        this(nodes, processesPerNode, launch, endSeconds, logDirectory, null);
    }

    /** The processes of a node share its CPUs; null stays null. */
    @Nullable
    Integer cpusPerProcess(@Nullable Integer cpusOfNode) {
        return cpusOfNode == null ? null : Math.max(1, cpusOfNode / processesPerNode);
    }
}
