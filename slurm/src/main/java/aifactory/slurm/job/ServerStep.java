package aifactory.slurm.job;

import java.nio.file.Path;

/**
 * The step of a job that runs AI servers beside the clients, on nodes of its own.
 *
 * @param nodes after those of the clients
 * @param processesPerNode that share a node
 * @param launch of the program that starts and watches the server; not a container, from within which no other could be started
 * @param logDirectory where the servers' output goes
 */
public record ServerStep(int nodes, int processesPerNode, Launch launch, Path logDirectory) {}
