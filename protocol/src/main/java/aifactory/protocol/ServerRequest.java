package aifactory.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code server} block: AI servers that are started for a group, or those of another group. Absent members take
 * defaults.
 *
 * @param group the id of a group whose servers are used; then nothing else is given
 * @param recipe {@code vllm}, {@code sglang} or {@code llama.cpp}: makes the command from the model's name
 * @param model what the recipe serves: a name, or a path
 * @param command the words of the command instead of a recipe; {@code {port}}, {@code {host}}, {@code {model}},
 *      {@code {replica}}, {@code {node_rank}}, {@code {head_address}}, {@code {gpu_memory_fraction}} and the names of
 *      {@code arguments} stand for their values
 * @param container an Apptainer image that the command runs in
 * @param containerSha256 of the image, checked before the start
 * @param binds {@code SOURCE[:DESTINATION[:ro|rw]]}
 * @param gpus of each node
 * @param nodes that one replica spans
 * @param replicas how many servers there are
 * @param replicasPerNode how many share a node and its GPUs
 * @param port of the first replica on a node; the next have the next
 * @param arguments of the server, by name: what a {@code sweep} varies
 * @param environment of the server
 * @param healthPath answers 200 when the server is up
 * @param gpuMemoryFraction handed on as {@code GPU_MEMORY_FRACTION}, 0 to 1
 * @param readyTimeout from the start to the first token
 * @param stopGrace from SIGTERM to SIGKILL
 * @param warmupRequests sent one after the other before the server counts as ready, the first token being one of them
 * @param profile of the nodes of the servers in a job of Slurm; with it the job is heterogeneous, and the group's own
 *     profile is that of the clients
 */
public record ServerRequest(
        @Nullable Long group,
        @Nullable String recipe,
        @Nullable String model,
        @Nullable List<String> command,
        @Nullable String container,
        @Nullable String containerSha256,
        @Nullable List<String> binds,
        @Nullable Integer gpus,
        @Nullable Integer nodes,
        @Nullable Integer replicas,
        @Nullable Integer replicasPerNode,
        @Nullable Integer port,
        @Nullable Map<String, Object> arguments,
        @Nullable Map<String, String> environment,
        @Nullable String healthPath,
        @Nullable Double gpuMemoryFraction,
        @Nullable Duration readyTimeout,
        @Nullable Duration stopGrace,
        @Nullable Integer warmupRequests,
        @Nullable String profile) {
    /** Large models take minutes to load. */
    public static final Duration DEFAULT_READY_TIMEOUT = Duration.ofMinutes(15);

    /** The servers of another group. */
    public static ServerRequest ofGroup(long id) {
        return new ServerRequest(
                id, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null);
    }

    /** The same server with these arguments instead of the current ones. */
    public ServerRequest withArguments(Map<String, Object> others) {
        return new ServerRequest(
                group,
                recipe,
                model,
                command,
                container,
                containerSha256,
                binds,
                gpus,
                nodes,
                replicas,
                replicasPerNode,
                port,
                Map.copyOf(others),
                environment,
                healthPath,
                gpuMemoryFraction,
                readyTimeout,
                stopGrace,
                warmupRequests,
                profile);
    }
}
