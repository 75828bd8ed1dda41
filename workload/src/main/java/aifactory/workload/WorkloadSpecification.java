package aifactory.workload;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What load the whole group generates. Rates, concurrency and counts are totals of the group and are split over its
 * clients exactly. Immutable; A workload that users ask for is validated before it becomes one.
 *
 * @param model the model's name at the server; null asks the server for its first
 * @param requestRate requests per second in open loop; null in closed loop, with steps and with a trace
 * @param burstiness the shape of the gamma distribution
 * @param burstSize so many requests arrive at once; the bursts follow the arrival pattern and keep the mean rate; 1 for
 *      none
 * @param concurrency requests in flight: the load itself in closed loop, a cap in open loop, null for no cap
 * @param concurrencyRampUp in closed loop, the time over which the slots start their first requests, one after another
 * @param steps a load that changes over time, instead of {@code requestRate}; empty for none
 * @param requestCount the run ends when so many were sent, every turn of a session being one; null for no such end
 * @param duration no request is scheduled after it; null for no such end
 * @param warmup requests scheduled earlier are not measured
 * @param cooldown requests scheduled later than the duration less this are not measured
 * @param inputLength tokens of a synthetic prompt
 * @param outputLength tokens asked for as {@code max_tokens}
 * @param ignoreEos asks the server to continue up to {@code max_tokens}
 * @param dataset prompts from a file; null for synthetic ones
 * @param sharedPrefix a pool of prefixes that prompts share; null for none
 * @param conversation several turns a session; null for single requests
 * @param thinkTime in closed loop, the pause between an answer and the slot's next request
 * @param cancelShare the share of requests that the client gives up in mid-answer, 0 to 1
 * @param timeout the longest time from a request's schedule to its end
 * @param headers more request headers
 * @param extraBody more members of the request's JSON object
 * @param template for {@link Endpoint#TEMPLATE}
 * @param apiKeyFile a file with the key for {@code Authorization: Bearer}, read by each client; null for none
 * @param tls how https servers are trusted and how the client shows who it is; null for the system's certificates alone
 * @param access how requests get to the servers; the default where a stored workload has none
 * @param connections how connections are used; the default where a stored workload has none
 * @param payload what bodies contain in addition to prompts; the default where a stored workload has none
 * @param tokenizerFile a {@code tokenizer.json}, read by each client; null for none
 * @param seed of lengths, prompts and arrivals
 * @param samePrompts repeat the very prompts of an earlier run with this seed, instead of salting them by run
 * @param goodput per-request limits in milliseconds by metric ({@code ttft}, {@code tpot}, {@code e2el}); empty for
 *      none
 * @param failures what requests that fail do to the load; the default where a stored workload has none
 */
public record WorkloadSpecification(
        Endpoint endpoint,
        boolean streaming,
        @Nullable String model,
        ArrivalPattern arrivalPattern,
        @Nullable Double requestRate,
        double burstiness,
        int burstSize,
        @Nullable Integer concurrency,
        Duration concurrencyRampUp,
        List<RateStep> steps,
        @Nullable Long requestCount,
        @Nullable Duration duration,
        Duration warmup,
        Duration cooldown,
        LengthDistribution inputLength,
        LengthDistribution outputLength,
        boolean ignoreEos,
        @Nullable DatasetReference dataset,
        @Nullable SharedPrefix sharedPrefix,
        @Nullable Conversation conversation,
        Duration thinkTime,
        double cancelShare,
        Duration timeout,
        Map<String, String> headers,
        Map<String, Object> extraBody,
        @Nullable RequestTemplate template,
        @Nullable String apiKeyFile,
        @Nullable TlsSettings tls,
        ServerAccess access,
        ConnectionSettings connections,
        RequestPayload payload,
        @Nullable String tokenizerFile,
        long seed,
        boolean samePrompts,
        Map<String, Double> goodput,
        FailurePolicy failures) {

    @SuppressWarnings("ConstantValue") // Workloads that an earlier version stored lack what was added since.
    public WorkloadSpecification {
        access = Objects.requireNonNullElse(access, ServerAccess.DEFAULT);
        connections = Objects.requireNonNullElse(connections, ConnectionSettings.DEFAULT);
        payload = Objects.requireNonNullElse(payload, RequestPayload.DEFAULT);
        failures = Objects.requireNonNullElse(failures, FailurePolicy.DEFAULT);
        steps = List.copyOf(steps);
        // In the order in which they were given, and with the nulls that a body may have and that validation has to
        // see.
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        extraBody = Collections.unmodifiableMap(new LinkedHashMap<>(extraBody));
        goodput = Collections.unmodifiableMap(new LinkedHashMap<>(goodput));
    }

    /** The asked duration, or the sum of the steps where only they end the run; null where a count alone ends it. */
    public @Nullable Duration plannedDuration() {
        if (duration != null || steps.isEmpty()) {
            return duration;
        }
        Duration sum = Duration.ZERO;
        for (RateStep step : steps) {
            if (step.duration() == null) {
                return null;
            }
            sum = sum.plus(step.duration());
        }
        return sum;
    }

    /**
     * The path of the load's requests below a server's address.
     *
     * @param named the model's name at the server, which is part of some paths
     */
    public String requestPath(String named) {
        String asked = access.path();
        String path = asked != null ? asked : template == null ? endpoint.path(streaming) : template.path();
        return path.replace(
                "{model}", URLEncoder.encode(named, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    /**
     * Whether requests name a model: all do but those of a template without {@code {model}}, and of Text Generation
     * Inference.
     */
    public boolean needsModel() {
        return endpoint != Endpoint.TGI
                && (template == null || (template.path() + template.body()).contains("{model}"));
    }

    /** A closed loop of so many requests in flight, all else as in a new {@link Builder}. */
    public static WorkloadSpecification closedLoop(int concurrency) {
        Builder load = new Builder();
        load.concurrency = concurrency;
        return load.build();
    }

    /**
     * A workload in the making. Its fields are the components; until they are set they ask for nothing: a closed loop
     * of small requests without an end. The defaults of users' workloads are in {@code WorkloadKeys}. Not thread-safe.
     */
    public static final class Builder {
        public Endpoint endpoint = Endpoint.CHAT;
        public boolean streaming = true;
        public @Nullable String model;
        public ArrivalPattern arrivalPattern = ArrivalPattern.CLOSED;
        public @Nullable Double requestRate;
        public double burstiness = 1;
        public int burstSize = 1;
        public @Nullable Integer concurrency;
        public Duration concurrencyRampUp = Duration.ZERO;
        public List<RateStep> steps = List.of();
        public @Nullable Long requestCount;
        public @Nullable Duration duration;
        public Duration warmup = Duration.ZERO;
        public Duration cooldown = Duration.ZERO;
        public LengthDistribution inputLength = LengthDistribution.constant(16);
        public LengthDistribution outputLength = LengthDistribution.constant(16);
        public boolean ignoreEos;
        public @Nullable DatasetReference dataset;
        public @Nullable SharedPrefix sharedPrefix;
        public @Nullable Conversation conversation;
        public Duration thinkTime = Duration.ZERO;
        public double cancelShare;
        public Duration timeout = Duration.ofMinutes(1);
        public Map<String, String> headers = Map.of();
        public Map<String, Object> extraBody = Map.of();
        public @Nullable RequestTemplate template;
        public @Nullable String apiKeyFile;
        public @Nullable TlsSettings tls;
        public ServerAccess access = ServerAccess.DEFAULT;
        public ConnectionSettings connections = ConnectionSettings.DEFAULT;
        public RequestPayload payload = RequestPayload.DEFAULT;
        public @Nullable String tokenizerFile;
        public long seed;
        public boolean samePrompts;
        public Map<String, Double> goodput = Map.of();
        public FailurePolicy failures = FailurePolicy.DEFAULT;

        public WorkloadSpecification build() {
            return new WorkloadSpecification(
                    endpoint,
                    streaming,
                    model,
                    arrivalPattern,
                    requestRate,
                    burstiness,
                    burstSize,
                    concurrency,
                    concurrencyRampUp,
                    steps,
                    requestCount,
                    duration,
                    warmup,
                    cooldown,
                    inputLength,
                    outputLength,
                    ignoreEos,
                    dataset,
                    sharedPrefix,
                    conversation,
                    thinkTime,
                    cancelShare,
                    timeout,
                    headers,
                    extraBody,
                    template,
                    apiKeyFile,
                    tls,
                    access,
                    connections,
                    payload,
                    tokenizerFile,
                    seed,
                    samePrompts,
                    goodput,
                    failures);
        }
    }
}
