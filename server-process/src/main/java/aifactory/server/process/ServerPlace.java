package aifactory.server.process;

import aifactory.protocol.Placeholders;
import aifactory.protocol.ServerSpecification;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is known on the node where a server is started.
 *
 * @param number of the server process
 * @param placeOnNode among the servers of this node, from 0
 * @param host the address that others reach this node under
 * @param headAddress of the replica's first node
 */
public record ServerPlace(
        int number, int placeOnNode, String host, @Nullable String headAddress) {

    public int port(ServerSpecification specification) {
        return specification.port() + placeOnNode;
    }

    /** The words of the command with everything in it that only the node knows. */
    List<String> command(ServerSpecification specification) {
        Map<String, String> values = new TreeMap<>();
        values.put("port", Integer.toString(port(specification)));
        values.put("host", host);
        values.put("replica", Integer.toString(specification.replicaOf(number)));
        values.put("node_rank", Integer.toString(specification.rankOf(number)));
        values.put("nodes", Integer.toString(specification.nodesPerReplica()));
        // What all nodes of a server but the one that answers say to vLLM.
        values.put("headless", "--headless");
        values.put("head_address", headAddress == null ? host : headAddress);
        List<String> words = new ArrayList<>();
        boolean first = specification.rankOf(number) == 0;
        for (String word : specification.command()) {
            if (word.equals("{headless}") && first) {
                continue;
            }
            words.add(Placeholders.fill(word, values::get));
        }
        return words;
    }

    /**
     * The GPUs that this server may use; null to leave them as they are.
     *
     * @param visible what {@code CUDA_VISIBLE_DEVICES} says of the node, null for all
     */
    @Nullable
    String devices(ServerSpecification specification, @Nullable String visible) {
        int each = specification.gpus() / specification.replicasPerNode();
        if (specification.replicasPerNode() == 1 || each == 0) {
            return null;
        }
        List<String> all = visible == null || visible.isBlank()
                ? IntStream.range(0, specification.gpus())
                        .mapToObj(Integer::toString)
                        .toList()
                : Arrays.asList(visible.split(",", -1));
        int first = placeOnNode * each;
        return first + each > all.size() ? null : String.join(",", all.subList(first, first + each));
    }
}
