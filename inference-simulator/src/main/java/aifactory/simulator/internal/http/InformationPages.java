package aifactory.simulator.internal.http;

import aifactory.simulator.internal.generation.ServerState;
import aifactory.simulator.internal.observation.PrometheusText;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Set;

/** What the server tells about itself, and what it says about paths that it does not have. Thread-safe. */
final class InformationPages {
    private static final Set<String> PATHS = Set.of("/health", "/ping", "/version", "/metrics", "/v1/models");

    private final ServerState state;
    private final String version;
    private final long startedSeconds;

    InformationPages(ServerState state, String version) {
        this.state = state;
        this.version = version;
        startedSeconds = state.createdSeconds();
    }

    /** The answer to a request that generates nothing. */
    PlainAnswer answer(HttpMethod method, String path) {
        boolean isModel = path.equals("/v1/models/" + state.options().model());
        if (!isModel && !PATHS.contains(path)) {
            return PlainAnswer.error(404, "There is no " + method + " " + path + " on this server.", null);
        }
        if (!method.equals(HttpMethod.GET)) {
            return wrongMethod(method, path, "GET");
        }
        if (isModel) {
            return PlainAnswer.json(model());
        }
        return switch (path) {
            case "/version" -> PlainAnswer.json("{\"version\":\"" + version + "\"}");
            case "/metrics" -> PlainAnswer.text(PrometheusText.CONTENT_TYPE, metrics());
            case "/v1/models" -> PlainAnswer.json("{\"object\":\"list\",\"data\":[" + model() + "]}");
            default -> PlainAnswer.text("text/plain", "");
        };
    }

    /** The answer to a method that a path does not have. */
    static PlainAnswer wrongMethod(HttpMethod method, String path, String allowed) {
        return PlainAnswer.error(405, path + " takes " + allowed + ", not " + method + ".", null)
                .withHeader("allow", allowed);
    }

    private String metrics() {
        return PrometheusText.of(
                state.metrics(),
                state.options().model(),
                state.slots().running(),
                state.slots().waiting(),
                state.options().capacity().kvCacheTokens());
    }

    private String model() {
        return "{\"id\":" + state.modelJson() + ",\"object\":\"model\",\"created\":" + startedSeconds
                + ",\"owned_by\":\"aifactory-simulator\",\"root\":" + state.modelJson()
                + ",\"parent\":null,\"max_model_len\":"
                + state.options().capacity().maxModelLength() + "}";
    }
}
