package aifactory.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server processes of a group are to run: a {@link ServerRequest} with everything filled in but what only the
 * node knows.
 *
 * @param command with {@code {port}}, {@code {host}}, {@code {replica}}, {@code {node_rank}} and {@code {head_address}}
 *      left in it
 * @param arguments as they are in the command, for users and for results
 * @param container null for a command of the node itself
 * @param gpus of each node, 0 to leave them alone
 * @param readySeconds from the start to the last warm-up request
 */
public record ServerSpecification(
        int replicas,
        int nodesPerReplica,
        int replicasPerNode,
        int port,
        List<String> command,
        Map<String, Object> arguments,
        Map<String, String> environment,
        @Nullable Container container,
        int gpus,
        @Nullable String model,
        String healthPath,
        int readySeconds,
        int stopSeconds,
        int warmupRequests) {

    private static final Duration ENDING = Duration.ofSeconds(25);

    /**
     * An Apptainer image.
     *
     * @param sha256 in hexadecimal, null to trust the file
     * @param binds {@code SOURCE:DESTINATION:ro|rw}
     */
    public record Container(String image, @Nullable String sha256, List<String> binds) {}

    /** How many server processes there are: one for each replica on each of its nodes. */
    public int processes() {
        return replicas * nodesPerReplica;
    }

    /** How many nodes they run on. */
    public int nodes() {
        return Math.ceilDiv(processes(), replicasPerNode);
    }

    /** The replica that a process belongs to. */
    public int replicaOf(int process) {
        return process / nodesPerReplica;
    }

    /** A process's place within its replica; the one of rank 0 answers requests. */
    public int rankOf(int process) {
        return process % nodesPerReplica;
    }

    /** How long a server may take to get ready. */
    public Duration readyTimeout() {
        return Duration.ofSeconds(readySeconds);
    }

    /** How long it may take to end after SIGTERM. */
    public Duration stopGrace() {
        return Duration.ofSeconds(stopSeconds);
    }

    /**
     * The time after which a server and the process that monitors it have ended, including SIGKILL and the last report.
     */
    public Duration longestEnd() {
        return stopGrace().plus(ENDING);
    }
}
