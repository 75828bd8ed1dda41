package aifactory.protocol;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.AudioSettings;
import aifactory.workload.ConnectionSettings;
import aifactory.workload.DatasetReference;
import aifactory.workload.Endpoint;
import aifactory.workload.FailurePolicy;
import aifactory.workload.ImageSettings;
import aifactory.workload.LengthDistribution;
import aifactory.workload.RateStep;
import aifactory.workload.RequestPayload;
import aifactory.workload.RequestTemplate;
import aifactory.workload.ServerAccess;
import aifactory.workload.SharedPrefix;
import aifactory.workload.TlsSettings;
import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.key.WorkloadKey;
import aifactory.workload.key.WorkloadKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A workload as users write it: body of {@code POST /client-group/{id}/run} and the {@code workload} of a file. Absent
 * members take defaults; an empty one is closed loop with eight requests in flight per client for a minute.
 *
 * @param burstSize requests that arrive at once, with the mean rate as asked
 * @param rampUp how the load begins
 * @param perClient rates, concurrency and request count are each client's instead of the whole group's
 * @param path of the requests, instead of the endpoint's own
 * @param proxy HTTP proxy of the clients
 * @param apiKeyEnv environment variable of the clients with the key
 * @param apiKeyCommand shell command that prints the key, run by each client
 * @param apiKeyHeader header that carries the key
 * @param apiKeyScheme precedes the key in its header
 * @param connectionReuse whether connections are kept after a response
 * @param connectionLifetime oldest connection that is used again
 * @param connectionsPerServer most connections of the group to one AI server
 * @param maxTokensName name of the member that bounds the output
 * @param documents texts of a request that compares texts
 * @param models shares of the requests by model, instead of one model
 * @param images synthetic images of each request
 * @param audio synthetic clips of each request
 * @param tools synthetic definitions of tools in each request
 * @param goodput limits in milliseconds by metric
 * @param failureBackoff whether slots of a closed loop wait after requests that failed quickly
 * @param maxErrors failed requests beyond which the run ends
 * @param maxErrorRate share of failed requests beyond which the run ends
 */
public record WorkloadRequest(
        @Nullable Endpoint endpoint,
        @Nullable Boolean streaming,
        @Nullable String model,
        @Nullable ArrivalPattern arrivalPattern,
        @Nullable Double requestRate,
        @Nullable Double burstiness,
        @Nullable Integer burstSize,
        @Nullable Integer concurrency,
        @Nullable RampUpRequest rampUp,
        @Nullable List<StepRequest> steps,
        @Nullable Long requestCount,
        @Nullable Duration duration,
        @Nullable Duration warmup,
        @Nullable Duration cooldown,
        @Nullable LengthRequest isl,
        @Nullable LengthRequest osl,
        @Nullable Boolean ignoreEos,
        @Nullable DatasetReference dataset,
        @Nullable SharedPrefix sharedPrefix,
        @Nullable ConversationRequest conversation,
        @Nullable Duration thinkTime,
        @Nullable Double cancelShare,
        @Nullable Duration timeout,
        @Nullable Map<String, String> headers,
        @Nullable Map<String, Object> extraBody,
        @Nullable RequestTemplate template,
        @Nullable String apiKeyFile,
        @Nullable TlsSettings tls,
        @Nullable String path,
        @Nullable String proxy,
        @Nullable String apiKeyEnv,
        @Nullable String apiKeyCommand,
        @Nullable String apiKeyHeader,
        @Nullable String apiKeyScheme,
        @Nullable Boolean connectionReuse,
        @Nullable Duration connectionLifetime,
        @Nullable Integer connectionsPerServer,
        @Nullable String maxTokensName,
        @Nullable Integer documents,
        @Nullable Map<String, Double> models,
        @Nullable ImageSettings images,
        @Nullable AudioSettings audio,
        @Nullable Integer tools,
        @Nullable String tokenizerFile,
        @Nullable Long seed,
        @Nullable Boolean samePrompts,
        @Nullable Boolean perClient,
        @Nullable Map<String, Double> goodput,
        @Nullable Boolean failureBackoff,
        @Nullable Long maxErrors,
        @Nullable Double maxErrorRate) {

    private static final int DEFAULT_CONCURRENCY_PER_CLIENT = 8;

    /** The request that leaves everything to the defaults. */
    public static WorkloadRequest empty() {
        return JsonFormat.mapper().readValue("{}", WorkloadRequest.class);
    }

    /**
     * The load of a group of so many clients.
     *
     * @param clients that take part
     * @param longest the longest time that a run may take now, for the default duration; null where nothing limits it
     * @throws InvalidWorkloadException with everything that is wrong
     */
    public WorkloadSpecification toSpecification(int clients, @Nullable Duration longest)
            throws InvalidWorkloadException {
        List<WorkloadProblem> problems = new ArrayList<>();
        int factor = Boolean.TRUE.equals(perClient) ? clients : 1;
        Duration total = durationOrDefault(longest);
        WorkloadSpecification.Builder load = new WorkloadSpecification.Builder();
        load.endpoint = orDefault(endpoint, WorkloadKeys.ENDPOINT);
        load.streaming = streamingOrDefault();
        load.model = modelOrFirst();
        load.arrivalPattern = patternOrDefault();
        load.requestRate = requestRate == null || rampsRate() ? null : (Double) (requestRate * factor);
        load.burstiness = orDefault(burstiness, WorkloadKeys.BURSTINESS);
        load.burstSize = orDefault(burstSize, WorkloadKeys.BURST_SIZE);
        load.concurrency = concurrencyOf(clients, factor);
        if (rampUp != null && !rampsRate() && rampUp.duration() != null) {
            load.concurrencyRampUp = rampUp.duration();
        }
        load.steps = stepsOrDefault(factor, total, problems);
        load.requestCount = countOf(factor);
        load.duration = total;
        load.warmup = orDefault(warmup, WorkloadKeys.WARMUP);
        load.cooldown = orDefault(cooldown, WorkloadKeys.COOLDOWN);
        load.inputLength = lengthOrDefault(WorkloadKeys.INPUT_LENGTH, isl, problems);
        load.outputLength = lengthOrDefault(WorkloadKeys.OUTPUT_LENGTH, osl, problems);
        load.ignoreEos = Boolean.TRUE.equals(ignoreEos);
        load.dataset = dataset;
        load.sharedPrefix = sharedPrefix;
        load.conversation = conversation == null ? null : conversation.toConversation(dataset != null, problems);
        load.thinkTime = orDefault(thinkTime, WorkloadKeys.THINK_TIME);
        load.cancelShare = orDefault(cancelShare, WorkloadKeys.CANCEL_SHARE);
        load.timeout = orDefault(timeout, WorkloadKeys.TIMEOUT);
        load.headers = Objects.requireNonNullElse(headers, Map.of());
        load.extraBody = Objects.requireNonNullElse(extraBody, Map.of());
        load.template = template;
        load.apiKeyFile = apiKeyFile;
        load.tls = tls;
        load.access = new ServerAccess(path, proxy, apiKeyEnv, apiKeyCommand, apiKeyHeader, apiKeyScheme);
        load.connections = new ConnectionSettings(
                Boolean.FALSE.equals(connectionReuse), connectionLifetime, connectionsOf(clients, problems));
        load.payload = new RequestPayload(
                maxTokensName,
                Objects.requireNonNullElse(documents, RequestPayload.DEFAULT.documents()),
                Objects.requireNonNullElse(models, Map.of()),
                images,
                audio,
                Objects.requireNonNullElse(tools, 0));
        load.tokenizerFile = tokenizerFile;
        load.seed = orDefault(seed, WorkloadKeys.SEED);
        load.samePrompts = Boolean.TRUE.equals(samePrompts);
        load.goodput = Objects.requireNonNullElse(goodput, Map.of());
        load.failures =
                new FailurePolicy(orDefault(failureBackoff, WorkloadKeys.FAILURE_BACKOFF), maxErrors, maxErrorRate);
        WorkloadSpecification specification = load.build();
        if (model != null && models != null) {
            problems.add(new WorkloadProblem("models", "model names one model: leave one of them out"));
        }
        problems.addAll(WorkloadValidation.problemsOf(specification));
        if (!problems.isEmpty()) {
            throw new InvalidWorkloadException(problems);
        }
        return specification;
    }

    private static <T> T orDefault(@Nullable T value, WorkloadKey<T> key) {
        return value == null ? key.defaultValue() : value;
    }

    /** Provenance and checks of the server name the first of several. */
    private @Nullable String modelOrFirst() {
        return model != null || models == null || models.isEmpty()
                ? model
                : models.keySet().iterator().next();
    }

    /** Every client has one at least. */
    private @Nullable Integer connectionsOf(int clients, List<WorkloadProblem> problems) {
        if (connectionsPerServer != null && connectionsPerServer >= 1 && connectionsPerServer < clients) {
            problems.add(new WorkloadProblem(
                    "connections_per_server",
                    connectionsPerServer + ": give one for each of the " + clients + " clients at least"));
        }
        return connectionsPerServer;
    }

    private boolean streamingOrDefault() {
        if (streaming != null) {
            return streaming;
        }
        if (endpoint == Endpoint.TEMPLATE) {
            return template != null && template.asksForStream();
        }
        return endpoint == null || endpoint.streams();
    }

    private boolean hasSteps() {
        return steps != null && !steps.isEmpty();
    }

    private boolean hasRate() {
        return requestRate != null || hasSteps() || (rampUp != null && rampUp.endRequestRate() != null);
    }

    /** Whether the ramp is one of the rate; in closed loop it is one of the slots. */
    private boolean rampsRate() {
        return rampUp != null && patternOrDefault().isOpenLoop();
    }

    private List<RateStep> stepsOrDefault(int factor, @Nullable Duration total, List<WorkloadProblem> problems) {
        if (rampUp != null && hasSteps()) {
            problems.add(new WorkloadProblem("ramp_up", "steps bring their own ramps: leave out one of them"));
            return List.of();
        }
        if (rampUp != null && !rampsRate() && (rampUp.hasRates() || rampUp.duration() == null)) {
            problems.add(new WorkloadProblem(
                    "ramp_up",
                    "without a request_rate the slots ramp up, which takes a duration and no rates or strategy"));
            return List.of();
        }
        if (rampUp != null && rampsRate()) {
            return rampUp.toSteps(requestRate, factor, total, countOf(factor), problems);
        }
        List<RateStep> converted = new ArrayList<>();
        for (StepRequest step : Objects.requireNonNullElse(steps, List.<StepRequest>of())) {
            RateStep rateStep = step.toStep(converted.size() + 1, factor, problems);
            if (rateStep == null) {
                return List.of();
            }
            converted.add(rateStep);
        }
        return converted;
    }

    private @Nullable Long countOf(int factor) {
        // Beyond the bound that validation names, so that no product overflows unseen.
        return requestCount == null ? null : Math.multiplyExact(Math.clamp(requestCount, -1L, 1L << 40), factor);
    }

    private ArrivalPattern patternOrDefault() {
        if (arrivalPattern != null) {
            return arrivalPattern;
        }
        if (!hasRate()) {
            return ArrivalPattern.CLOSED;
        }
        // As with vLLM's bench, where a burstiness other than 1 is what makes gaps gamma.
        return burstiness == null || burstiness == 1 ? ArrivalPattern.POISSON : ArrivalPattern.GAMMA;
    }

    private @Nullable Integer concurrencyOf(int clients, int factor) {
        if (concurrency != null) {
            return Math.toIntExact(Math.min((long) concurrency * factor, Integer.MAX_VALUE));
        }
        return patternOrDefault() == ArrivalPattern.CLOSED ? DEFAULT_CONCURRENCY_PER_CLIENT * clients : null;
    }

    private @Nullable Duration durationOrDefault(@Nullable Duration longest) {
        if (duration != null || requestCount != null || hasSteps() || followsTrace()) {
            return duration;
        }
        Duration usual = WorkloadKeys.RUN_DURATION.defaultValue();
        return longest != null && longest.compareTo(usual) < 0 ? longest : usual;
    }

    /** A trace ends where its file does. */
    private boolean followsTrace() {
        return arrivalPattern == ArrivalPattern.TRACE;
    }

    private static LengthDistribution lengthOrDefault(
            WorkloadKey<LengthDistribution> key, @Nullable LengthRequest request, List<WorkloadProblem> problems) {
        return request == null ? key.defaultValue() : request.toDistribution(key.name(), "tokens", problems);
    }

    /** The request that has a given result: every value that the workload has, and null for what is off. */
    public static WorkloadRequest of(WorkloadSpecification load) {
        RequestPayload payload = load.payload();
        return new WorkloadRequest(
                load.endpoint(),
                load.streaming(),
                load.payload().models().isEmpty() ? load.model() : null,
                load.arrivalPattern() == ArrivalPattern.CLOSED ? null : load.arrivalPattern(),
                load.requestRate(),
                load.burstiness() == 1 ? null : load.burstiness(),
                load.burstSize() == 1 ? null : load.burstSize(),
                load.concurrency(),
                load.concurrencyRampUp().isZero()
                        ? null
                        : new RampUpRequest(load.concurrencyRampUp(), null, null, null),
                load.steps().isEmpty()
                        ? null
                        : load.steps().stream().map(StepRequest::of).toList(),
                load.requestCount(),
                load.duration(),
                orNull(load.warmup()),
                orNull(load.cooldown()),
                LengthRequest.of(load.inputLength()),
                LengthRequest.of(load.outputLength()),
                load.ignoreEos() ? true : null,
                load.dataset(),
                load.sharedPrefix(),
                load.conversation() == null ? null : ConversationRequest.of(load.conversation()),
                orNull(load.thinkTime()),
                load.cancelShare() == 0 ? null : load.cancelShare(),
                load.timeout(),
                load.headers().isEmpty() ? null : load.headers(),
                load.extraBody().isEmpty() ? null : load.extraBody(),
                load.template(),
                load.apiKeyFile(),
                load.tls(),
                load.access().path(),
                load.access().proxy(),
                load.access().apiKeyEnv(),
                load.access().apiKeyCommand(),
                load.access().apiKeyHeader(),
                load.access().apiKeyScheme(),
                load.connections().perRequest() ? false : null,
                load.connections().lifetime(),
                load.connections().perServer(),
                payload.maxTokensName(),
                payload.documents() == RequestPayload.DEFAULT.documents() ? null : payload.documents(),
                payload.models().isEmpty() ? null : payload.models(),
                payload.images(),
                payload.audio(),
                payload.tools() == 0 ? null : payload.tools(),
                load.tokenizerFile(),
                load.seed(),
                load.samePrompts() ? true : null,
                null,
                load.goodput().isEmpty() ? null : load.goodput(),
                load.failures().backoff() ? null : false,
                load.failures().maxErrors(),
                load.failures().maxErrorRate());
    }

    static @Nullable Duration orNull(Duration duration) {
        return duration.isZero() ? null : duration;
    }
}
