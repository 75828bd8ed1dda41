package aifactory.server.process;

import aifactory.protocol.ServerSpecification;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Servers for tests. */
final class Specifications {
    private Specifications() {}

    static ServerSpecification of(int port, List<String> command) {
        return of(1, 1, 1, port, 0, command);
    }

    static ServerSpecification of(int replicas, int nodes, int perNode, int port, int gpus, List<String> command) {
        return of(replicas, nodes, perNode, port, gpus, command, null, "/health", 20);
    }

    static ServerSpecification withReadySeconds(int port, List<String> command, int readySeconds) {
        return of(1, 1, 1, port, 0, command, null, "/health", readySeconds);
    }

    static ServerSpecification withHealthPath(int port, List<String> command, String healthPath) {
        return of(1, 1, 1, port, 0, command, null, healthPath, 20);
    }

    static ServerSpecification inContainer(int port, List<String> command, Path image) {
        return of(
                1,
                1,
                1,
                port,
                0,
                command,
                new ServerSpecification.Container(image.toString(), null, List.of()),
                "/health",
                20);
    }

    private static ServerSpecification of(
            int replicas,
            int nodes,
            int perNode,
            int port,
            int gpus,
            List<String> command,
            ServerSpecification.@Nullable Container container,
            String healthPath,
            int readySeconds) {
        return new ServerSpecification(
                replicas,
                nodes,
                perNode,
                port,
                command,
                Map.of(),
                Map.of("GREETING", "a b"),
                container,
                gpus,
                null,
                healthPath,
                readySeconds,
                1,
                2);
    }
}
