package aifactory.inference.recipe;

import aifactory.inference.sizing.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a server is started: one process on each of its nodes, the one of rank 0 answers the clients.
 *
 * <p>Arguments may hold {@code {port}}, {@code {host}}, {@code {node_rank}}, {@code {head_address}},
 * {@code {head_port}} and {@code {model}}; {@link #commandFor} fills them in. {@code {head_port}} is where the nodes of
 * one server meet and must differ from {@code {port}}.
 *
 * @param command of the node of rank 0, and of every other with {@code workerArguments}
 * @param workerArguments what the nodes of rank 1 and up have in addition
 * @param environment what the processes need in theirs
 * @param healthPath answers 200 once the server is ready
 * @param nodes that the server takes
 * @param gpusPerNode GPUs that it takes of each
 * @param layout how the model is split over them
 * @param servedModelName what clients ask for as model
 */
public record Recipe(
        List<String> command,
        List<String> workerArguments,
        Map<String, String> environment,
        String healthPath,
        int nodes,
        int gpusPerNode,
        Layout layout,
        String servedModelName) {
    public Recipe {
        command = List.copyOf(command);
        workerArguments = List.copyOf(workerArguments);
        environment = Map.copyOf(environment);
    }

    /**
     * The arguments of one node.
     *
     * @param model what stands for {@code {model}}: the path or name as that node sees it, another one inside a
     *      container
     * @param host where rank 0 listens, as "0.0.0.0"
     * @param port where rank 0 answers clients
     * @param nodeRank from 0
     * @param headAddress of the node of rank 0
     * @param headPort where the nodes meet; not looked at on one node
     */
    public List<String> commandFor(
            String model, String host, int port, int nodeRank, String headAddress, int headPort) {
        if (nodeRank < 0 || nodeRank >= nodes) {
            throw new RecipeException(
                    "node rank " + nodeRank + " of a server on " + nodes + " nodes: ranks are 0 to " + (nodes - 1));
        }
        if (nodes > 1 && headPort == port) {
            throw new RecipeException(
                    "port " + port + " is both for clients and for the nodes among themselves: give another head port");
        }
        Map<String, String> values = Map.of(
                "{model}",
                model,
                "{host}",
                host,
                "{port}",
                String.valueOf(port),
                "{node_rank}",
                String.valueOf(nodeRank),
                "{head_address}",
                headAddress,
                "{head_port}",
                String.valueOf(headPort));
        List<String> arguments = new ArrayList<>(command);
        if (nodeRank > 0) {
            arguments.addAll(workerArguments);
        }
        arguments.replaceAll(argument -> Placeholders.fill(argument, values));
        return List.copyOf(arguments);
    }
}
