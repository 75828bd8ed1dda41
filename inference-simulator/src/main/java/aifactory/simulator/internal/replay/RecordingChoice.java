package aifactory.simulator.internal.replay;

import aifactory.simulator.Recording;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which recording answers a request: the one that the request names as its model, else those of the request's path in
 * turn. Thread-safe.
 */
public final class RecordingChoice {
    // The request is the OpenAI API's, not this system's own, hence not JsonFormat.
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String VERSION = "/v1/";

    private final Map<String, Recording> byName = new LinkedHashMap<>();
    private final Map<String, List<Recording>> byPath = new HashMap<>();
    private final AtomicLong turn = new AtomicLong();

    public RecordingChoice(List<Recording> recordings) {
        for (Recording recording : recordings) {
            byName.put(recording.name(), recording);
            byPath.computeIfAbsent(endpoint(recording.path()), _ -> new ArrayList<>())
                    .add(recording);
        }
    }

    /** The names of all recordings, in their order. */
    public Set<String> names() {
        return byName.keySet();
    }

    /**
     * The recording that answers a request.
     *
     * @return null if there is no recording for its model and its path
     */
    public @Nullable Recording choose(String path, byte[] body) {
        Recording named = byName.get(model(body));
        if (named != null) {
            return named;
        }
        List<Recording> ofPath = byPath.getOrDefault(endpoint(path), List.of());
        return ofPath.isEmpty() ? null : ofPath.get((int) (turn.getAndIncrement() % ofPath.size()));
    }

    /** What a server behind a path prefix and one at the root have in common. */
    private static String endpoint(String path) {
        int version = path.indexOf(VERSION);
        return version < 0 ? path : path.substring(version);
    }

    private static String model(byte[] body) {
        try {
            JsonNode model = MAPPER.readTree(body).path("model");
            return model.isString() ? model.asString() : "";
        } catch (JacksonException e) {
            return "";
        }
    }
}
