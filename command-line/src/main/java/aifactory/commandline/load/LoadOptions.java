package aifactory.commandline.load;

import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.DurationConverter;
import aifactory.commandline.option.NameConverter;
import aifactory.commandline.option.RateConverter;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.Endpoint;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
            names = "--burstiness",
            paramLabel = "SHAPE",
            converter = RateConverter.class,
            description = "shape of gamma arrivals: 1 is Poisson, smaller is burstier")
    @Nullable
    Double burstiness;

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
            names = "--warmup",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "requests of that first time are not measured")
    @Nullable
    Duration warmup;

    @Option(
            names = {"--isl", "--random-input-len", "--synthetic-input-tokens-mean"},
            paramLabel = "TOKENS",
            converter = CountConverter.Tokens.class,
            description = "input tokens of a request, on average")
    @Nullable
    Long inputLength;

    @Option(
            names = {"--isl-stddev", "--synthetic-input-tokens-stddev"},
            paramLabel = "TOKENS",
            converter = CountConverter.TokensOrNone.class,
            description = "standard deviation of the input tokens")
    @Nullable
    Long inputLengthDeviation;

    @Option(
            names = {"--osl", "--random-output-len", "--output-tokens-mean"},
            paramLabel = "TOKENS",
            converter = CountConverter.Tokens.class,
            description = "output tokens asked for, on average")
    @Nullable
    Long outputLength;

    @Option(
            names = {"--osl-stddev", "--output-tokens-stddev"},
            paramLabel = "TOKENS",
            converter = CountConverter.TokensOrNone.class,
            description = "standard deviation of the output tokens")
    @Nullable
    Long outputLengthDeviation;

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

    @Option(names = "--seed", paramLabel = "N", description = "of lengths, prompts and arrivals")
    @Nullable
    Long seed;

    @Option(
            names = "--timeout",
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
        if (requestRate == null && concurrency == null && arrivalPattern != ArrivalPattern.CLOSED) {
            requestRate = usualRequestRate;
        }
        if (duration == null && requestCount == null) {
            duration = usualDuration;
        }
    }

    /** The endpoints that need nothing but a name. */
    static final class EndpointNames extends NameConverter<Endpoint> {
        EndpointNames() {
            super(List.of(Endpoint.CHAT, Endpoint.COMPLETIONS, Endpoint.EMBEDDINGS));
        }
    }

    /** The patterns that need nothing but a name. */
    static final class PatternNames extends NameConverter<ArrivalPattern> {
        PatternNames() {
            super(List.of(
                    ArrivalPattern.CONSTANT, ArrivalPattern.POISSON, ArrivalPattern.GAMMA, ArrivalPattern.CLOSED));
        }
    }
}
