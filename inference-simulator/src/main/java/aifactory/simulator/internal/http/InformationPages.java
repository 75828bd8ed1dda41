package aifactory.simulator.internal.http;

import aifactory.simulator.internal.generation.OpenAiErrors;
import aifactory.simulator.internal.generation.ServerState;
import aifactory.simulator.internal.observation.PrometheusText;
import aifactory.simulator.internal.replay.RecordingChoice;
import io.netty.handler.codec.http.HttpMethod;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the server tells about itself, and what it says about paths that it does not have. Thread-safe. */
final class InformationPages {
    private static final String MODEL = "/v1/models/";
    private static final Set<String> PATHS = Set.of("/health", "/ping", "/version", "/metrics", "/v1/models");

    private final ServerState state;
    private final String version;
    private final long startedSeconds;
    private final Set<String> modelNames;

    /**
     * @param recordings whose names are the models, when they are replayed
     */
    InformationPages(ServerState state, String version, @Nullable RecordingChoice recordings) {
        this.state = state;
        this.version = version;
        startedSeconds = state.createdSeconds();
        modelNames = recordings == null ? new LinkedHashSet<>(state.options().models()) : recordings.names();
    }

    /** The answer to a request that generates nothing. */
    PlainAnswer answer(HttpMethod method, String path) {
        String model = path.startsWith(MODEL) ? path.substring(MODEL.length()) : "";
        boolean isModel = modelNames.contains(model);
        if (!isModel && !PATHS.contains(path)) {
            return PlainAnswer.error(404, "There is no " + method + " " + path + " on this server.", null);
        }
        if (method.equals(HttpMethod.HEAD)) {
            return answer(HttpMethod.GET, path).withoutBody();
        }
        if (!method.equals(HttpMethod.GET)) {
            return wrongMethod(method, path, "GET, HEAD");
        }
        if (isModel) {
            return PlainAnswer.json(json(model));
        }
        return switch (path) {
            case "/version" -> PlainAnswer.json("{\"version\":\"" + version + "\"}");
            case "/metrics" -> PlainAnswer.text(PrometheusText.CONTENT_TYPE, metrics());
            case "/v1/models" -> PlainAnswer.json(models());
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
                state.options().engine().dialect(),
                state.metrics(),
                state.options().model(),
                new PrometheusText.Load(
                        state.slots().running(),
                        state.slots().waiting(),
                        state.options().capacity().maxNumSeqs(),
                        state.options().capacity().kvCacheTokens()));
    }

    private String models() {
        return modelNames.stream()
                .map(this::json)
                .collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}"));
    }

    private String json(String model) {
        String name = OpenAiErrors.quote(model);
        return "{\"id\":" + name + ",\"object\":\"model\",\"created\":" + startedSeconds
                + ",\"owned_by\":\"aifactory-simulator\",\"root\":" + name
                + ",\"parent\":null,\"max_model_len\":"
                + state.options().capacity().maxModelLength() + "}";
    }
}
