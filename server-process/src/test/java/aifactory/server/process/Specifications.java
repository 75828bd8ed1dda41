package aifactory.server.process;

import aifactory.protocol.ServerSpecification;
import java.util.List;
import java.util.Map;

/** Servers for tests. */
final class Specifications {
    private Specifications() {}

    static ServerSpecification of(int port, List<String> command) {
        return of(1, 1, 1, port, 0, command);
    }

    static ServerSpecification of(int replicas, int nodes, int perNode, int port, int gpus, List<String> command) {
        return new ServerSpecification(
                replicas,
                nodes,
                perNode,
                port,
                command,
                Map.of(),
                Map.of("GREETING", "a b"),
                null,
                gpus,
                null,
                "/health",
                20,
                1,
                2);
    }
}
