package aifactory.slurm.job;

import java.nio.file.Path;

/**
 * The step of a job that runs AI servers beside the clients, on nodes of its own.
 *
 * @param nodes after those of the clients
 * @param processesPerNode that share a node
 * @param launch of the program that starts and watches the server; not a container, from within which no other could be started
 * @param endSeconds how long the servers may take to end once the clients have; what is left then is told to end by the job
 * @param logDirectory where the servers' output goes
 */
public record ServerStep(int nodes, int processesPerNode, Launch launch, int endSeconds, Path logDirectory) {}
