package aifactory.workload;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What load the whole group generates. Rates, concurrency and counts are totals of the group and are split over its clients
 * exactly. Immutable; A workload that users ask for is validated before it becomes one.
 *
 * @param model the model's name at the server; null asks the server for its first
 * @param requestRate requests per second in open loop; null in closed loop, with steps and with a trace
 * @param burstiness the shape of the gamma distribution
 * @param burstSize so many requests arrive at once; the bursts follow the arrival pattern and keep the mean rate; 1 for none
 * @param concurrency requests in flight: the load itself in closed loop, a cap in open loop, null for no cap
 * @param concurrencyRampUp in closed loop, the time over which the slots take up their first requests, one after the other
 * @param steps a load that changes over time, instead of {@code requestRate}; empty for none
 * @param requestCount the run ends when so many were sent, every turn of a session being one; null for no such end
 * @param duration no request is scheduled after it; null for no such end
 * @param warmup requests scheduled earlier are not measured
 * @param cooldown requests scheduled later than the duration less this are not measured
 * @param inputLength tokens of a synthetic prompt
 * @param outputLength tokens asked for as {@code max_tokens}
 * @param ignoreEos asks the server to go on to {@code max_tokens}
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
 * @param tokenizerFile a {@code tokenizer.json}, read by each client; null for none
 * @param seed of lengths, prompts and arrivals
 * @param samePrompts repeat the very prompts of an earlier run with this seed, instead of salting them by run
 * @param goodput per-request limits in milliseconds by metric ({@code ttft}, {@code tpot}, {@code e2el}); empty for none
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
        @Nullable String tokenizerFile,
        long seed,
        boolean samePrompts,
        Map<String, Double> goodput,
        FailurePolicy failures) {

    @SuppressWarnings("ConstantValue") // Workloads that an earlier version stored have no failure policy.
    public WorkloadSpecification {
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

    /** The load of an empty run request: closed loop, 256 input and 128 output tokens, for 60 s. */
    public static WorkloadSpecification defaults(int concurrency) {
        return new WorkloadSpecification(
                Endpoint.CHAT,
                true,
                null,
                ArrivalPattern.CLOSED,
                null,
                1.0,
                1,
                concurrency,
                Duration.ZERO,
                List.of(),
                null,
                Duration.ofSeconds(60),
                Duration.ZERO,
                Duration.ZERO,
                LengthDistribution.constant(256),
                LengthDistribution.constant(128),
                false,
                null,
                null,
                null,
                Duration.ZERO,
                0,
                Duration.ofSeconds(600),
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                null,
                0,
                false,
                Map.of(),
                FailurePolicy.DEFAULT);
    }
}
