package aifactory.reporting;

import aifactory.protocol.ConversationRequest;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.LengthRequest;
import aifactory.protocol.RampUpRequest;
import aifactory.protocol.StepRequest;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.Conversation;
import aifactory.workload.LengthDistribution;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The benchmark file that repeats a run whose load options alone cannot say. JSON, which is YAML too. Stateless. */
final class RepeatFile {
    private RepeatFile() {}

    /** The commands that write the file and run it, fit for a shell. Values of headers, which may be secret, are left out. */
    static String commands(WorkloadSpecification load, List<String> targets, int clients) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("ai_servers", targets);
        file.put("num_clients", clients);
        file.put("workload", workload(load));
        String json = JsonFormat.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(file);
        return "cat > benchmark.yaml <<'END'\n" + json + "\nEND\naifactory benchmark -f benchmark.yaml";
    }

    /** Only what is asked for: what is absent takes the default that it took. */
    private static JsonNode workload(WorkloadSpecification load) {
        ObjectNode node = JsonFormat.mapper().valueToTree(request(load));
        for (String name : List.copyOf(node.propertyNames())) {
            if (node.path(name).isNull()) {
                node.remove(name);
            }
        }
        return node;
    }

    static WorkloadRequest request(WorkloadSpecification load) {
        Map<String, String> headers = new TreeMap<>(load.headers());
        headers.replaceAll((name, value) -> "VALUE");
        Conversation conversation = load.conversation();
        return new WorkloadRequest(
                load.endpoint(),
                load.streaming(),
                load.model(),
                load.arrivalPattern(),
                load.requestRate(),
                load.burstiness() == 1 ? null : load.burstiness(),
                load.burstSize() == 1 ? null : load.burstSize(),
                load.concurrency(),
                load.concurrencyRampUp().isZero()
                        ? null
                        : new RampUpRequest(load.concurrencyRampUp(), null, null, null),
                load.steps().isEmpty() ? null : steps(load),
                load.requestCount(),
                load.duration(),
                orNull(load.warmup()),
                orNull(load.cooldown()),
                length(load.inputLength()),
                length(load.outputLength()),
                load.ignoreEos() ? true : null,
                load.dataset(),
                load.sharedPrefix(),
                conversation == null
                        ? null
                        : new ConversationRequest(
                                length(conversation.turns()),
                                orNull(conversation.thinkTime()),
                                orNull(conversation.thinkTimeDeviation())),
                orNull(load.thinkTime()),
                load.cancelShare() == 0 ? null : load.cancelShare(),
                load.timeout(),
                headers.isEmpty() ? null : headers,
                load.extraBody().isEmpty() ? null : load.extraBody(),
                load.template(),
                load.apiKeyFile(),
                load.tls(),
                load.tokenizerFile(),
                load.seed(),
                load.samePrompts() ? true : null,
                null,
                load.goodput().isEmpty() ? null : load.goodput(),
                load.failures().backoff() ? null : false,
                load.failures().maxErrors(),
                load.failures().maxErrorRate());
    }

    private static List<StepRequest> steps(WorkloadSpecification load) {
        return load.steps().stream()
                .map(step -> new StepRequest(step.requestRate(), step.endRequestRate(), step.growth(), step.duration()))
                .toList();
    }

    private static @Nullable Duration orNull(Duration duration) {
        return duration.isZero() ? null : duration;
    }

    private static LengthRequest length(LengthDistribution length) {
        String shape = length.shape().name().toLowerCase(Locale.ROOT);
        return switch (length.shape()) {
            case CONSTANT -> new LengthRequest(null, length.mean(), null, null, null);
            case UNIFORM -> new LengthRequest(shape, null, null, length.minimum(), length.maximum());
            case NORMAL, LOGNORMAL ->
                new LengthRequest(shape, length.mean(), length.standardDeviation(), length.minimum(), length.maximum());
        };
    }
}
