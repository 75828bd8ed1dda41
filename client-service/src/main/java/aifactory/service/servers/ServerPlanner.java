package aifactory.service.servers;

import aifactory.protocol.ServerRequest;
import aifactory.protocol.ServerSpecification;
import aifactory.service.RequestRefusedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Fills in what a {@code server} block leaves open, and refuses what cannot work. Stateless. */
public final class ServerPlanner {
    private static final int MOST_REPLICAS = 1_000;
    private static final int MOST_NODES = 128;
    private static final int MOST_REPLICAS_PER_NODE = 64;
    private static final int MOST_GPUS = 64;
    private static final int MOST_WARMUP_REQUESTS = 1_000;
    private static final int MOST_VARIABLES = 200;
    private static final int LONGEST_TEXT = 4_000;
    private static final int DEFAULT_PORT = 8000;
    private static final int SMALLEST_PORT = 1024;
    private static final int LARGEST_PORT = 65_535;
    private static final int DEFAULT_WARMUP_REQUESTS = 2;
    private static final Duration DEFAULT_STOP_GRACE = Duration.ofSeconds(20);
    private static final String DEFAULT_HEALTH_PATH = "/health";

    private ServerPlanner() {}

    /**
     * The block in full.
     *
     * @throws RequestRefusedException names the member, the value and the remedy
     */
    public static ServerSpecification specification(ServerRequest request) {
        ServerCommand.Made made = ServerCommand.of(request);
        int nodes = within("server.nodes", or(request.nodes(), made.nodes()), 1, MOST_NODES);
        int replicas = within("server.replicas", or(request.replicas(), 1), 1, MOST_REPLICAS);
        int perNode = within("server.replicas_per_node", or(request.replicasPerNode(), 1), 1, MOST_REPLICAS_PER_NODE);
        if (perNode > 1 && nodes > 1) {
            throw refused(
                    "server.replicas_per_node",
                    perNode + " replicas per node, and each takes " + nodes + " nodes: leave one out");
        }
        if (replicas % perNode != 0) {
            throw refused(
                    "server.replicas",
                    replicas + " replicas do not fill nodes of " + perNode
                            + " (replicas_per_node): give a multiple of it");
        }
        int gpus = within("server.gpus", or(request.gpus(), made.gpus()), 0, MOST_GPUS);
        if (gpus > 0 && gpus % perNode != 0) {
            throw refused(
                    "server.gpus",
                    gpus + " GPUs per node cannot be shared evenly by " + perNode + " replicas: give a multiple");
        }
        int port = within("server.port", or(request.port(), DEFAULT_PORT), SMALLEST_PORT, LARGEST_PORT - perNode + 1);
        return new ServerSpecification(
                replicas,
                nodes,
                perNode,
                port,
                made.command(),
                made.arguments(),
                environment(request, made.environment()),
                container(request),
                gpus,
                request.model(),
                healthPath(request.healthPath(), made.healthPath()),
                seconds(
                        "server.ready_timeout",
                        request.readyTimeout(),
                        ServerRequest.DEFAULT_READY_TIMEOUT,
                        Duration.ofHours(12)),
                seconds("server.stop_grace", request.stopGrace(), DEFAULT_STOP_GRACE, Duration.ofMinutes(10)),
                within(
                        "server.warmup_requests",
                        or(request.warmupRequests(), DEFAULT_WARMUP_REQUESTS),
                        1,
                        MOST_WARMUP_REQUESTS));
    }

    private static String healthPath(@Nullable String asked, @Nullable String ofRecipe) {
        String path = asked != null ? asked : Objects.requireNonNullElse(ofRecipe, DEFAULT_HEALTH_PATH);
        if (!path.matches("/[!-~&&[^#]]{0,199}") || !isUri("http://host" + path)) {
            throw refused(
                    "server.health_path", "'" + ServerCommand.shorten(path) + "' is no path: write it as /health");
        }
        return path;
    }

    private static boolean isUri(String text) {
        try {
            return new URI(text).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static Map<String, String> environment(ServerRequest request, Map<String, String> ofRecipe) {
        Map<String, String> environment = new TreeMap<>(ofRecipe);
        Map<String, String> asked = request.environment() == null ? Map.of() : request.environment();
        if (asked.size() > MOST_VARIABLES) {
            throw refused("server.environment", asked.size() + " variables: give at most " + MOST_VARIABLES);
        }
        asked.forEach((name, value) -> {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,127}")) {
                throw refused("server.environment", "'" + ServerCommand.shorten(name) + "' is no name of a variable");
            }
            if (name.startsWith("SLURM_") || name.startsWith("AIFACTORY_") || name.equals("CUDA_VISIBLE_DEVICES")) {
                throw refused("server.environment", name + " is not the server's to set: leave it out");
            }
            ServerCommand.checkText("server.environment." + name, value, LONGEST_TEXT);
            environment.put(name, value);
        });
        Double fraction = request.gpuMemoryFraction();
        if (fraction != null) {
            if (!(fraction > 0 && fraction <= 1)) {
                throw refused(
                        "server.gpu_memory_fraction", fraction + " is no share: give a number above 0 and up to 1");
            }
            environment.put("GPU_MEMORY_FRACTION", fraction.toString());
        }
        return environment;
    }

    private static ServerSpecification.@Nullable Container container(ServerRequest request) {
        String image = request.container();
        if (image == null) {
            if (request.containerSha256() != null || request.binds() != null) {
                throw refused("server.container", "container_sha256 and binds are of a container, and none is named");
            }
            return null;
        }
        ServerCommand.checkText("server.container", image, LONGEST_TEXT);
        if (!image.startsWith("/")) {
            throw refused(
                    "server.container",
                    "'" + ServerCommand.shorten(image)
                            + "' is no absolute path: give that of an image file (.sif) that the nodes see;"
                            + " 'apptainer pull FILE.sif docker://IMAGE' makes one");
        }
        String sha256 = request.containerSha256();
        if (sha256 != null && !sha256.matches("[0-9a-f]{64}")) {
            throw refused(
                    "server.container_sha256",
                    "expected 64 hexadecimal digits in small letters, as sha256sum prints them");
        }
        List<String> binds = request.binds() == null ? List.of() : request.binds();
        for (String bind : binds) {
            if (!bind.matches("/[^:,\\p{Cntrl}]*(:/[^:,\\p{Cntrl}]*(:(ro|rw))?)?")) {
                throw refused(
                        "server.binds",
                        "'" + ServerCommand.shorten(bind) + "' is no bind: expected /SOURCE[:/DESTINATION[:ro|rw]]");
            }
        }
        return new ServerSpecification.Container(image, sha256, List.copyOf(binds));
    }

    private static int seconds(String field, @Nullable Duration asked, Duration usual, Duration most) {
        Duration duration = asked == null ? usual : asked;
        if (duration.compareTo(Duration.ofSeconds(1)) < 0 || duration.compareTo(most) > 0) {
            throw refused(field, duration.toMillis() / 1e3 + " s: give 1 s to " + most.toSeconds() + " s");
        }
        return Math.toIntExact(duration.toSeconds());
    }

    private static int or(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }

    private static int within(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw refused(field, field + " is " + value + ": give a number from " + least + " to " + most);
        }
        return value;
    }

    static RequestRefusedException refused(String field, String message) {
        return RequestRefusedException.invalid(field, message);
    }
}
