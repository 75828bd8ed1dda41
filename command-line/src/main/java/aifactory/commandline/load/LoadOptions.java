package aifactory.commandline.load;

import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.DurationConverter;
import aifactory.commandline.option.NameConverter;
import aifactory.commandline.option.RateConverter;
import aifactory.commandline.option.ShareConverter;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.Endpoint;
import aifactory.workload.RateStep;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that describe a load, under the names that users of AIPerf and vLLM know. All of them are null when they are
 * not given, so that a file or the service can say instead.
 */
public final class LoadOptions {
    @Option(names = "--model", paramLabel = "NAME", description = "model at the AI server; default: its first")
    @Nullable
    String model;

    @Option(
            names = "--endpoint",
            paramLabel = "KIND",
            converter = EndpointNames.class,
            completionCandidates = EndpointNames.class,
            description = "${COMPLETION-CANDIDATES}; default: chat")
    @Nullable
    Endpoint endpoint;

    @Option(names = "--streaming", negatable = true, description = "whether answers are streamed; default: they are")
    @Nullable
    Boolean streaming;

    @Option(
            names = "--request-rate",
            paramLabel = "RATE",
            converter = RateConverter.class,
            description = "requests per second of the whole group, whatever the server does (open loop)")
    @Nullable
    Double requestRate;

    @Option(
            names = "--arrival-pattern",
            paramLabel = "PATTERN",
            converter = PatternNames.class,
            completionCandidates = PatternNames.class,
            description = "${COMPLETION-CANDIDATES}; default: poisson with a rate, closed without")
    @Nullable
    ArrivalPattern arrivalPattern;

    @Option(
            names = {"--burstiness", "--arrival-smoothness"},
            paramLabel = "SHAPE",
            converter = RateConverter.class,
            description = "shape of gamma arrivals: 1 is Poisson, smaller is burstier")
    @Nullable
    Double burstiness;

    @Option(
            names = "--burst-size",
            paramLabel = "N",
            converter = CountConverter.Concurrency.class,
            description = "requests that arrive at once, with the mean rate as asked; default: 1")
    @Nullable
    Long burstSize;

    @Option(
            names = "--steps",
            paramLabel = "STEPS",
            description = "a rate that changes: 'RATE:TIME' and ramps 'FROM..TO:TIME[:exponential]', for instance"
                    + " '10:30s 10..80:1m 80:30s'")
    @Nullable
    String steps;

    @Option(
            names = {"--ramp-up", "--request-rate-ramp-duration", "--concurrency-ramp-duration"},
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "time in which the load grows to what is asked")
    @Nullable
    Duration rampUp;

    @Option(
            names = "--ramp-up-strategy",
            paramLabel = "STRATEGY",
            converter = RampNames.class,
            completionCandidates = RampNames.class,
            description = "${COMPLETION-CANDIDATES}; without --ramp-up the ramp takes the whole run")
    RateStep.@Nullable RampShape rampUpStrategy;

    @Option(
            names = "--ramp-up-start-rps",
            paramLabel = "RATE",
            converter = RateConverter.class,
            description = "rate at the start of the ramp; default: 0")
    @Nullable
    Double rampUpStart;

    @Option(
            names = "--ramp-up-end-rps",
            paramLabel = "RATE",
            converter = RateConverter.class,
            description = "rate at its end, instead of --request-rate")
    @Nullable
    Double rampUpEnd;

    @Option(
            names = {"--concurrency", "--max-concurrency"},
            paramLabel = "N",
            converter = CountConverter.Concurrency.class,
            description = "requests in flight over the whole group (closed loop); beside a rate, a cap")
    @Nullable
    Long concurrency;

    @Option(
            names = {"--request-count", "--num-prompts", "--num-requests"},
            paramLabel = "N",
            converter = CountConverter.Requests.class,
            description = "the run ends when so many requests were sent")
    @Nullable
    Long requestCount;

    @Option(
            names = {"--duration", "--benchmark-duration"},
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "how long requests are sent, for instance 60s")
    @Nullable
    Duration duration;

    @Option(
            names = {"--warmup", "--warmup-duration"},
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "requests of that first time are not measured")
    @Nullable
    Duration warmup;

    @Option(
            names = "--cooldown",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "nor are those of that last time")
    @Nullable
    Duration cooldown;

    @Option(
            names = "--think-time",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "in closed loop, the pause between an answer and the slot's next request")
    @Nullable
    Duration thinkTime;

    @Option(
            names = "--cancel-share",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "share of the requests that the client gives up in mid-answer, from 0 to 1")
    @Nullable
    Double cancelShare;

    @Option(
            names = "--failure-backoff",
            negatable = true,
            description =
                    "in closed loop, wait after a request that failed quickly: 100 ms, doubled with each failure in a"
                            + " row, 1 s at most; default: yes")
    @Nullable
    Boolean failureBackoff;

    @Option(
            names = "--max-errors",
            paramLabel = "N",
            converter = CountConverter.RequestsOrNone.class,
            description = "stop the run once more requests than that have failed, and keep what was measured")
    @Nullable
    Long maxErrors;

    @Option(
            names = "--max-error-rate",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description =
                    "stop the run once more than that share of the requests of the last 10 s (20 requests at least) has"
                            + " failed, and keep what was measured")
    @Nullable
    Double maxErrorRate;

    @Mixin
    PromptOptions prompts = new PromptOptions();

    @Option(
            names = "--ignore-eos",
            description = "asks the server to generate all the output tokens, whatever it has to say")
    @Nullable
    Boolean ignoreEos;

    @Option(
            names = "--goodput",
            paramLabel = "LIMITS",
            description = "limits in ms that make a request good: 'ttft:200 tpot:50 e2el:2000'")
    @Nullable
    List<String> goodput;

    @Option(names = "--header", paramLabel = "'NAME: VALUE'", description = "a header for each request; repeatable")
    @Nullable
    List<String> headers;

    @Option(names = "--extra-body", paramLabel = "JSON", description = "more members for each request, a JSON object")
    @Nullable
    String extraBody;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "file with the AI server's key, which every client can read")
    @Nullable
    String apiKeyFile;

    @Option(
            names = "--tls-ca-file",
            paramLabel = "FILE",
            description = "authorities (PEM) that sign the AI servers' certificates; default: the system's")
    @Nullable
    String tlsCaFile;

    @Option(
            names = "--tls-client-certificate",
            paramLabel = "FILE",
            description = "certificate (PEM) that the clients show to the AI servers")
    @Nullable
    String tlsClientCertificate;

    @Option(
            names = "--tls-client-key",
            paramLabel = "FILE",
            description = "key of that certificate (PEM, PKCS#8), which every client can read")
    @Nullable
    String tlsClientKey;

    @Option(
            names = {"--tls-insecure", "--insecure"},
            description = "trusts any AI server, whatever its certificate says")
    @Nullable
    Boolean tlsInsecure;

    @Option(
            names = {"--seed", "--random-seed"},
            paramLabel = "N",
            description = "of lengths, prompts and arrivals")
    @Nullable
    Long seed;

    @Option(
            names = {"--timeout", "--request-timeout-seconds"},
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "longest time from a request's schedule to its end")
    @Nullable
    Duration timeout;

    @Option(
            names = "--per-client",
            description = "rate, concurrency and request count are each client's instead of the whole group's")
    @Nullable
    Boolean perClient;

    /** Takes that rate where neither a rate nor a concurrency is given, and that duration where the run has no other end. */
    public void useUnlessGiven(double usualRequestRate, Duration usualDuration) {
        boolean isTrace = arrivalPattern == ArrivalPattern.TRACE;
        boolean hasRate = requestRate != null || steps != null || rampUpEnd != null || isTrace;
        if (!hasRate && concurrency == null && arrivalPattern != ArrivalPattern.CLOSED) {
            requestRate = usualRequestRate;
        }
        if (duration == null && requestCount == null && steps == null && !isTrace) {
            duration = usualDuration;
        }
    }

    /** The endpoints that need nothing but a name. */
    static final class EndpointNames extends NameConverter<Endpoint> {
        EndpointNames() {
            super(List.of(Endpoint.CHAT, Endpoint.COMPLETIONS, Endpoint.EMBEDDINGS));
        }
    }

    /** When requests are sent. */
    static final class PatternNames extends NameConverter<ArrivalPattern> {
        PatternNames() {
            super(List.of(ArrivalPattern.values()));
        }
    }

    /** How a rate grows. */
    static final class RampNames extends NameConverter<RateStep.RampShape> {
        RampNames() {
            super(List.of(RateStep.RampShape.values()));
        }
    }
}
