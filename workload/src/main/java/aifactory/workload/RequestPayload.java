package aifactory.workload;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What request bodies contain in addition to their prompts.
 *
 * @param maxTokensName name of the member that bounds the output of a chat or completion; null for {@code max_tokens},
 *     or {@code max_completion_tokens} where the model is one that refuses the former
 * @param documents texts of a request that compares texts; at least 1
 * @param models shares of the requests by the name of their model, in the order in which they were given; empty for
 *     one model
 * @param images of each request; null for none
 * @param audio clips of each request; null for none
 * @param tools synthetic definitions of tools in each request; 0 for none
 */
public record RequestPayload(
        @Nullable String maxTokensName,
        int documents,
        Map<String, Double> models,
        @Nullable ImageSettings images,
        @Nullable AudioSettings audio,
        int tools) {
    /** One model, and eight documents where there are any. */
    public static final RequestPayload DEFAULT = new RequestPayload(null, 8, Map.of(), null, null, 0);

    @SuppressWarnings("ConstantValue") // Workloads that an earlier version stored lack what was added since.
    public RequestPayload {
        models = Collections.unmodifiableMap(new LinkedHashMap<>(Objects.requireNonNullElse(models, Map.of())));
    }
}
