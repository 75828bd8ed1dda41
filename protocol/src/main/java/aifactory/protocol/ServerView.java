package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One server process of a group.
 *
 * @param number from 0
 * @param replica that it belongs to
 * @param nodeRank its place within the replica
 * @param readyAfterS null before it was ready
 */
public record ServerView(
        int number,
        int replica,
        int nodeRank,
        @Nullable String node,
        @Nullable String address,
        ServerState state,
        List<String> command,
        @Nullable String logPath,
        @Nullable Double readyAfterS,
        @Nullable ServerFailure failure) {

    /** The replica and the node, for users. */
    public String name() {
        return "server " + replica + (nodeRank == 0 ? "" : " (node rank " + nodeRank + ")")
                + (node == null ? "" : " on " + node);
    }
}
