package aifactory.workload.key;

import static aifactory.workload.key.KeyType.BOOLEAN;
import static aifactory.workload.key.KeyType.CHOICE;
import static aifactory.workload.key.KeyType.DURATION;
import static aifactory.workload.key.KeyType.FILE;
import static aifactory.workload.key.KeyType.INTEGER;
import static aifactory.workload.key.KeyType.LIST;
import static aifactory.workload.key.KeyType.MAPPING;
import static aifactory.workload.key.KeyType.NUMBER;
import static aifactory.workload.key.KeyType.TEXT;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.DatasetReference;
import aifactory.workload.DurationText;
import aifactory.workload.Endpoint;
import aifactory.workload.LengthDistribution;
import aifactory.workload.RateStep;
import aifactory.workload.SharedPrefix;
import aifactory.workload.TimeUnitName;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All keys of a workload, each declared once. The options of the command line, the JSON Schema of benchmark files, the
 * OpenAPI description of run requests, the reference in {@code docs/configuration.md}, the check of bounds and the
 * command that repeats a run are made from this table.
 *
 * <p>A new key needs a row here, a component of {@code WorkloadRequest} and of {@link WorkloadSpecification}, and the
 * code that acts on it. Afterwards {@code aifactory config reference} prints the new reference.
 */
public final class WorkloadKeys {
    private static final long HIGHEST_RATE = 1_000_000;
    private static final long HIGHEST_COUNT = 1_000_000_000;
    private static final Bounds RATE = Bounds.aboveZero(String.valueOf(HIGHEST_RATE));
    private static final Bounds RATE_OR_NONE = Bounds.from("0", HIGHEST_RATE);
    private static final Bounds SHARE = Bounds.from("0", 1);
    private static final Bounds TOKENS = Bounds.from("1", LengthDistribution.LARGEST);
    private static final Bounds TOKENS_OR_NONE = Bounds.from("0", LengthDistribution.LARGEST);
    private static final Bounds TIME = Bounds.days(false, 30);
    private static final Bounds TIME_OR_NONE = Bounds.days(true, 30);
    private static final Bounds LIMIT_MILLIS = Bounds.aboveZero("3600000");

    private static final Map<String, WorkloadKey<?>> DECLARED = new LinkedHashMap<>();

    public static final WorkloadKey<Endpoint> ENDPOINT = choice("endpoint", Endpoint.class, "endpoint of the server")
            .byDefault(Endpoint.CHAT)
            .option("KIND", "--endpoint")
            // One of them needs a template, for which there is no option.
            .which(option -> option.offering(
                    option.choices().stream()
                            .filter(name -> !name.equals("template"))
                            .toList(),
                    Map.of()));

    public static final WorkloadKey<Boolean> STREAMING = WorkloadKeys.<Boolean>key(
                    "streaming",
                    BOOLEAN,
                    "stream the responses; default: where the endpoint can, with a template if it asks for a stream")
            .option("", "--streaming")
            .which(WorkloadOption::asNegatable);

    public static final WorkloadKey<String> MODEL = WorkloadKeys.<String>key(
                    "model", TEXT, "model at the AI server; default: the first listed model")
            .matching("\\S")
            .option("NAME", "--model")
            .which(option -> option.describedAs("model at the AI server, or several with their shares of the requests:"
                    + " 'base=0.7,adapter=0.3'; default: the first listed model"));

    static {
        key("models", MAPPING, "shares of the requests by model, instead of one model; they add up to 1");
        key(
                        "max_tokens_name",
                        TEXT,
                        "name of the member that bounds the output, such as max_completion_tokens;"
                                + " default: max_tokens, or the name that the model requires")
                .option("NAME", "--max-tokens-name");
        WorkloadKeys.<Integer>key(
                        "documents",
                        INTEGER,
                        "texts per request of endpoints rerank and score, which share the input tokens")
                .within(Bounds.from("1", 10_000))
                .checked(load -> load.payload().documents(), "texts")
                .byDefault(8)
                .option("N", "--documents");
        WorkloadKeys.<Integer>key("tools", INTEGER, "synthetic definitions of tools in each request")
                .within(Bounds.from("0", 1_000))
                .checked(load -> load.payload().tools(), "definitions of tools")
                .byDefault(0)
                .option("N", "--tools");
        key("images", MAPPING, "synthetic images of each request");
        key("images.count", INTEGER, "images per request")
                .within(Bounds.from("1", 100))
                .required()
                .option("N", "--images", "--image-batch-size");
        key("images.width", INTEGER, "width of the images in pixels")
                .within(Bounds.from("1", 100_000))
                .byDefault(512, 512)
                .option("PIXELS", "--image-width", "--image-width-mean");
        key("images.height", INTEGER, "height of the images in pixels")
                .within(Bounds.from("1", 100_000))
                .byDefault(512, 512)
                .option("PIXELS", "--image-height", "--image-height-mean");
        key("audio", MAPPING, "synthetic audio clips of each request");
        key("audio.count", INTEGER, "clips per request")
                .within(Bounds.from("1", 100))
                .required()
                .option("N", "--audio-clips", "--audio-batch-size");
        key("audio.duration", DURATION, "length of each clip")
                .byDefault("5s", "5s")
                .option("TIME", "--audio-length");
    }

    public static final WorkloadKey<ArrivalPattern> ARRIVAL_PATTERN = choice(
                    "arrival_pattern",
                    ArrivalPattern.class,
                    "distribution of arrivals; default: closed without a rate, poisson with a rate, gamma with a"
                            + " burstiness other than 1")
            .option("PATTERN", "--arrival-pattern")
            .optionOf(
                    BOOLEAN,
                    null,
                    "",
                    "send at the timestamps of the dataset: --arrival-pattern trace",
                    "--fixed-schedule");

    public static final WorkloadKey<Double> REQUEST_RATE = WorkloadKeys.<Double>key(
                    "request_rate", NUMBER, "requests per second of the whole group (open loop)")
            .within(RATE)
            .checked(WorkloadSpecification::requestRate, "requests per second")
            .option("RATE", "--request-rate");

    public static final WorkloadKey<Double> BURSTINESS = WorkloadKeys.<Double>key(
                    "burstiness", NUMBER, "shape of gamma arrivals: 1 is Poisson, smaller is burstier")
            // With a smaller one nearly all gaps are 0: millions of requests at once, at any rate.
            .within(Bounds.from("0.0001", 1000))
            .checked(WorkloadSpecification::burstiness, "a number")
            .byDefault(1.0, 1)
            .option("SHAPE", "--burstiness", "--arrival-smoothness");

    public static final WorkloadKey<Integer> BURST_SIZE = WorkloadKeys.<Integer>key(
                    "burst_size", INTEGER, "requests that arrive at once, at the configured mean rate")
            .within(Bounds.from("1", 1_000_000))
            .checked(WorkloadSpecification::burstSize, "requests")
            .byDefault(1)
            .option("N", "--burst-size");

    public static final WorkloadKey<Integer> CONCURRENCY = WorkloadKeys.<Integer>key(
                    "concurrency",
                    INTEGER,
                    "requests in flight over the whole group (closed loop); with a rate, a cap; default without a"
                            + " rate: 8 per client")
            .within(Bounds.from("1", 1_000_000))
            .checked(WorkloadSpecification::concurrency, "requests in flight")
            .option("N", "--concurrency", "--max-concurrency");

    static {
        key("ramp_up", DURATION, "time in which the load grows to the configured value, or its growth")
                .shortFor("duration")
                .within(TIME_OR_NONE)
                .checked(WorkloadSpecification::concurrencyRampUp, "a time")
                .option("TIME", "--ramp-up", "--request-rate-ramp-duration", "--concurrency-ramp-duration")
                .which(option -> option.describedAs("time in which the load grows to the configured value"));
        key("ramp_up.duration", DURATION, "duration of the ramp; default: the whole run");
        choice("ramp_up.strategy", RateStep.RampShape.class, "growth of the ramp")
                .option("STRATEGY", "--ramp-up-strategy")
                .which(option -> option.describedAs("growth of the ramp, which takes the whole run without --ramp-up"));
        key("ramp_up.start_request_rate", NUMBER, "rate at the start of the ramp; default: 0")
                .within(RATE_OR_NONE)
                .option("RATE", "--ramp-up-start-rps");
        key("ramp_up.end_request_rate", NUMBER, "rate at the end of the ramp, instead of request_rate")
                .within(RATE)
                .option("RATE", "--ramp-up-end-rps")
                .which(option -> option.describedAs("rate at the end of the ramp, instead of --request-rate"));

        key("steps", LIST, "consecutive rates, instead of request_rate")
                .within(Bounds.from("0", 10_000))
                .optionOf(
                        TEXT,
                        null,
                        "STEPS",
                        "consecutive rates 'RATE:TIME' and ramps 'FROM..TO:TIME[:exponential]', for instance '10:30s"
                                + " 10..80:1m 80:30s'",
                        "--steps");
        key("steps[].request_rate", NUMBER, "requests per second, at the start of a ramp")
                .within(RATE_OR_NONE)
                .required();
        key("steps[].end_request_rate", NUMBER, "rate at the end of a ramp; makes the step a ramp")
                .within(RATE_OR_NONE);
        choice("steps[].growth", RateStep.RampShape.class, "growth of the ramp");
        key("steps[].duration", DURATION, "duration of the step");
    }

    public static final WorkloadKey<Long> REQUEST_COUNT = WorkloadKeys.<Long>key(
                    "request_count", INTEGER, "number of requests after which the run ends")
            .within(Bounds.from("1", HIGHEST_COUNT))
            .checked(WorkloadSpecification::requestCount, "requests")
            .option("N", "--request-count", "--num-prompts", "--num-requests");

    public static final WorkloadKey<Duration> RUN_DURATION = duration(
                    "duration",
                    "time in which requests are sent; no default if request_count, steps or a trace end" + " the run",
                    "60s")
            .within(TIME)
            .checked(WorkloadSpecification::duration, "a time")
            .option("TIME", "--duration", "--benchmark-duration")
            .which(option -> option.describedAs("time in which requests are sent; default: 60s, none if"
                    + " --request-count, --steps or a trace end the run"));

    public static final WorkloadKey<Duration> WARMUP = duration(
                    "warmup", "first part of the run, excluded from the measurement", "0s")
            .option("TIME", "--warmup", "--warmup-duration");

    public static final WorkloadKey<Duration> COOLDOWN = duration(
                    "cooldown", "final part of the run, excluded from the measurement", "0s")
            .option("TIME", "--cooldown");

    public static final WorkloadKey<LengthDistribution> INPUT_LENGTH = length(
                    "isl", "input tokens", "input tokens per request", "--isl", "--synthetic-input-tokens")
            .byDefault(LengthDistribution.constant(256), 256)
            .option("TOKENS", "--isl", "--random-input-len", "--synthetic-input-tokens-mean");

    public static final WorkloadKey<LengthDistribution> OUTPUT_LENGTH = length(
                    "osl", "output tokens", "requested output tokens per request", "--osl", "--output-tokens")
            .byDefault(LengthDistribution.constant(128), 128)
            .option("TOKENS", "--osl", "--random-output-len", "--output-tokens-mean")
            .optionOf(
                    NUMBER,
                    SHARE,
                    "R",
                    "vLLM's form of uniform lengths: from (1-R) to (1+R) times --isl and --osl",
                    "--random-range-ratio");

    static {
        key("ignore_eos", BOOLEAN, "ignore the end-of-sequence token and generate all output tokens")
                .byDefault(false)
                .option("", "--ignore-eos");

        key("dataset", FILE, "prompts from a file that every client can read, relative to this file")
                .shortFor("path")
                .option("FILE", "--dataset", "--dataset-path", "--input-file")
                .which(option -> option.describedAs("prompts from a file that every client can read"));
        choice("dataset.format", DatasetReference.Format.class, "format of the file; default: detected")
                .option("FORMAT", "--dataset-format", "--dataset-name", "--custom-dataset-type")
                .which(option -> option.offering(
                        option.choices(),
                        Map.of(
                                "custom", "jsonl",
                                "single_turn", "jsonl",
                                "multi_turn", "jsonl",
                                "mooncake_trace", "mooncake")));
        key("dataset.column", TEXT, "column of a table that contains the prompts; default: the usual names")
                .option("NAME", "--dataset-column");
        WorkloadKeys.<Double>key(
                        "dataset.max_bad_entries",
                        NUMBER,
                        "share of entries that may be broken; above it the dataset is refused")
                .within(SHARE)
                .checked(ofDataset(DatasetReference::maxBadEntries), "a share")
                .byDefault(DatasetReference.DEFAULT_MAX_BAD_ENTRIES)
                .option("SHARE", "--max-bad-entries");
        choice("dataset.time_unit", TimeUnitName.class, "unit of numbers that are times; default: that of the format")
                .option("UNIT", "--trace-time-unit");
        WorkloadKeys.<Integer>key(
                        "dataset.block_tokens", INTEGER, "tokens per block of hash_ids; default: that of the format")
                .within(TOKENS)
                .checked(ofDataset(DatasetReference::blockTokens), "tokens")
                .option("TOKENS", "--trace-block-tokens");
        WorkloadKeys.<Double>key(
                        "dataset.speedup", NUMBER, "factor by which a trace is sent faster than recorded; default: 1")
                .within(Bounds.from("0.000001", 1_000_000))
                .checked(ofDataset(DatasetReference::speedup), "a number")
                .option("FACTOR", "--trace-speedup");
        key(
                        "dataset.window",
                        TEXT,
                        "part of a trace that is sent, such as 10m..20m from its beginning; default: all of it")
                .option("FROM..TO", "--trace-window");
        WorkloadKeys.<Double>key(
                        "dataset.scale",
                        NUMBER,
                        "share of the sessions of a trace that are sent, drawn by the seed; default: 1")
                .within(Bounds.from("0.000001", 1))
                .checked(ofDataset(DatasetReference::scale), "a number")
                .option("SHARE", "--trace-scale");
        key("dataset.repeat", BOOLEAN, "start a trace again at its end, until the run ends")
                .option("", "--trace-repeat");
        key("dataset.path", FILE, "the file, or a directory with files").required();
        key("dataset.sha256", TEXT, "checksum; a client with a different file refuses to take part")
                .matching("^[0-9a-f]{64}$");

        key("shared_prefix", MAPPING, "common prefix of prompts");
        WorkloadKeys.<Integer>key("shared_prefix.count", INTEGER, "number of different prefixes")
                .within(Bounds.from("1", 1_000_000))
                .checked(ofPrefix(SharedPrefix::count), "prefixes")
                .required()
                .option("N", "--prefix-count", "--num-prefix-prompts", "--prefix-prompt-pool-size")
                .which(option -> option.describedAs("number of different prefixes; default: 1, or 8 with a hit rate"));
        WorkloadKeys.<Double>key(
                        "shared_prefix.hit_rate",
                        NUMBER,
                        "share of the input tokens that a prefix cache finds; the prefixes are part of isl")
                // The rest of a prompt makes it different from others.
                .within(Bounds.aboveZero("0.99"))
                .checked(ofPrefix(SharedPrefix::hitRate), "a share")
                .option("SHARE", "--prefix-hit-rate");
        WorkloadKeys.<Integer>key(
                        "shared_prefix.levels",
                        INTEGER,
                        "with a hit rate: levels of the tree whose leaves are the prefixes; default: 3")
                .within(Bounds.from("1", 16))
                .checked(ofPrefix(SharedPrefix::levels), "levels");
        WorkloadKeys.<Double>key(
                        "shared_prefix.popularity",
                        NUMBER,
                        "with a hit rate: exponent of the Zipf distribution of the prefixes; default: 1")
                .within(Bounds.from("0", 10))
                .checked(ofPrefix(SharedPrefix::popularity), "a number");
        // 0 is what a request with a hit rate has.
        WorkloadKeys.<Integer>key(
                        "shared_prefix.tokens",
                        INTEGER,
                        "tokens of each prefix, in addition to isl; required without a hit rate")
                .within(TOKENS_OR_NONE)
                .checked(ofPrefix(SharedPrefix::tokens), "tokens")
                .option("TOKENS", "--prefix-tokens", "--random-prefix-len", "--prefix-prompt-length")
                .which(option -> option.describedAs("tokens of a common prefix of prompts, in addition to --isl"));

        key(
                        "conversation",
                        MAPPING,
                        "sessions of several turns; each request contains the previous turns with their responses")
                .optionOf(
                        BOOLEAN,
                        null,
                        "",
                        "send all turns of the conversations of a dataset, not only the first",
                        "--multi-turn");
        length("conversation.turns", "turns", "requests per session; with a dataset, the maximum per entry")
                .option("N", "--turns", "--session-turns-mean", "--conversation-turn-mean");
        find("conversation.turns.stddev")
                .option("N", "--turns-stddev", "--session-turns-stddev", "--conversation-turn-stddev");
        key("conversation.think_time", DURATION, "pause between a response and the next turn of the session")
                .option("TIME", "--turn-think-time")
                .optionOf(
                        INTEGER,
                        TOKENS_OR_NONE,
                        "MS",
                        "--turn-think-time in milliseconds, as in AIPerf",
                        "--session-turn-delay-mean",
                        "--conversation-turn-delay-mean");
        key("conversation.think_time_stddev", DURATION, "standard deviation of the think time")
                .optionOf(
                        INTEGER,
                        TOKENS_OR_NONE,
                        "MS",
                        "standard deviation of --turn-think-time, in milliseconds",
                        "--session-turn-delay-stddev",
                        "--conversation-turn-delay-stddev");
    }

    public static final WorkloadKey<Duration> THINK_TIME = duration(
                    "think_time", "closed loop: pause between a response and the next request of the slot", "0s")
            .within(TIME_OR_NONE)
            .checked(WorkloadSpecification::thinkTime, "a time")
            .option("TIME", "--think-time");

    public static final WorkloadKey<Double> CANCEL_SHARE = WorkloadKeys.<Double>key(
                    "cancel_share", NUMBER, "share of requests that the client cancels during the response")
            .within(SHARE)
            .checked(WorkloadSpecification::cancelShare, "a share")
            .byDefault(0.0, 0)
            .option("SHARE", "--cancel-share");

    public static final WorkloadKey<Boolean> FAILURE_BACKOFF = WorkloadKeys.<Boolean>key(
                    "failure_backoff",
                    BOOLEAN,
                    "closed loop: wait after a request that failed quickly: 100 ms, doubled with each consecutive"
                            + " failure, at most 1 s")
            .byDefault(true)
            .option("", "--failure-backoff")
            .which(WorkloadOption::asNegatable);

    static {
        WorkloadKeys.<Long>key(
                        "max_errors", INTEGER, "stop the run when more requests have failed; measurements are kept")
                .within(Bounds.from("0", HIGHEST_COUNT))
                .checked(load -> load.failures().maxErrors(), "failed requests")
                .option("N", "--max-errors");
        WorkloadKeys.<Double>key(
                        "max_error_rate",
                        NUMBER,
                        "stop the run when a larger share of the requests of the last 10 s (at least 20 requests) has"
                                + " failed; measurements are kept")
                .within(SHARE)
                .checked(load -> load.failures().maxErrorRate(), "a share")
                .option("SHARE", "--max-error-rate");
    }

    public static final WorkloadKey<Duration> TIMEOUT = duration(
                    "timeout", "maximum time from the schedule of a request to its end", "10m")
            .within(TIME)
            .checked(WorkloadSpecification::timeout, "a time")
            .option("TIME", "--timeout", "--request-timeout-seconds");

    static {
        key("headers", MAPPING, "headers for each request")
                .byDefault(Map.of())
                .optionOf(LIST, null, "'NAME: VALUE'", "a header for each request; repeatable", "--header");
        key("extra_body", MAPPING, "additional members of the body of each request")
                .byDefault(Map.of())
                .optionOf(
                        TEXT,
                        null,
                        "JSON",
                        "additional members of the body of each request, a JSON object; null takes away a member that"
                                + " is sent otherwise",
                        "--extra-body");
        key("template", MAPPING, "requests to another endpoint, with endpoint: template");
        key("template.path", TEXT, "path below the server's address").required();
        key("template.body", TEXT, "body of a request, with the placeholders {prompt} and {max_tokens}")
                .required();
        key("template.content_pointer", TEXT, "JSON pointer to the text in a response")
                .required();
        key("api_key_file", FILE, "file with the AI server's key, readable by every client")
                .option("FILE", "--api-key-file");
        key("api_key_env", TEXT, "environment variable of the client processes with the AI server's key")
                .option("NAME", "--api-key-env");
        key(
                        "api_key_command",
                        TEXT,
                        "shell command that prints the AI server's key, run by each client, and again before the key"
                                + " expires")
                .option("COMMAND", "--api-key-command");
        key("api_key_header", TEXT, "header that carries the key, such as x-api-key; default: that of the API")
                .option("NAME", "--api-key-header");
        key(
                        "api_key_scheme",
                        TEXT,
                        "scheme in front of the key: Bearer, Basic (for USER:PASSWORD), another, or none; default:"
                                + " Bearer in Authorization, none in other headers")
                .option("SCHEME", "--api-key-scheme");
        key(
                        "path",
                        TEXT,
                        "path of the requests below the AI server's address, with its query; default: that of the"
                                + " endpoint")
                .option("PATH", "--path");
        key(
                        "proxy",
                        TEXT,
                        "HTTP proxy of the clients, http://HOST:PORT; proxy variables of the environment are not used")
                .option("URL", "--proxy");
        WorkloadKeys.<Boolean>key("connection_reuse", BOOLEAN, "keep connections for the next request")
                .byDefault(true)
                .option("", "--connection-reuse")
                .which(WorkloadOption::asNegatable);
        key("connection_lifetime", DURATION, "maximum age of a connection that is used again; default: no limit")
                .option("TIME", "--connection-lifetime");
        WorkloadKeys.<Integer>key(
                        "connections_per_server",
                        INTEGER,
                        "maximum number of connections of the whole group to one AI server; default: no limit")
                .within(Bounds.from("1", 1_000_000))
                .checked(load -> load.connections().perServer(), "connections")
                .option("N", "--connections-per-server");
        key("tls", MAPPING, "TLS settings: trusted authorities and client certificate");
        key("tls.ca_file", FILE, "trusted certificate authorities (PEM); default: the system's")
                .option("FILE", "--tls-ca-file");
        key("tls.client_certificate", FILE, "certificate (PEM) of the clients")
                .option("FILE", "--tls-client-certificate");
        key("tls.client_key", FILE, "key of that certificate (PEM, PKCS#8)").option("FILE", "--tls-client-key");
        key("tls.insecure", BOOLEAN, "accept any certificate of an AI server")
                .option("", "--tls-insecure", "--insecure");
        key("tokenizer_file", FILE, "tokenizer.json of the model, or its directory; makes token counts exact")
                .option("FILE", "--tokenizer", "--tokenizer-file");
    }

    public static final WorkloadKey<Long> SEED = WorkloadKeys.<Long>key(
                    "seed", INTEGER, "seed of lengths, prompts and arrivals")
            .byDefault(0L)
            .option("N", "--seed", "--random-seed");

    static {
        key(
                        "same_prompts",
                        BOOLEAN,
                        "repeat the prompts of previous runs with this seed; a server may have them cached")
                .byDefault(false)
                .option("", "--same-prompts");
        key(
                        "per_client",
                        BOOLEAN,
                        "rates, concurrency and request count apply per client instead of to the whole group")
                .byDefault(false)
                .option("", "--per-client");
        key("goodput", MAPPING, "latency limits per request, in ms")
                .optionOf(
                        LIST,
                        null,
                        "LIMITS",
                        "latency limits per request, in ms: 'ttft:200 tpot:50 e2el:2000'",
                        "--goodput");
        limit("ttft", "time to first token");
        limit("ttfo", "time to first output after the reasoning");
        limit("tpot", "time per output token");
        limit("e2el", "end-to-end latency");
    }

    private static final List<WorkloadOption> OPTIONS =
            DECLARED.values().stream().flatMap(key -> key.options().stream()).toList();

    private WorkloadKeys() {}

    /** All keys, each followed by its members, in the order of the reference. */
    public static Collection<WorkloadKey<?>> all() {
        return Collections.unmodifiableCollection(DECLARED.values());
    }

    /** All options, in the order of the keys. */
    public static List<WorkloadOption> options() {
        return OPTIONS;
    }

    /**
     * The members of a mapping.
     *
     * @param prefix of their names, for instance {@code isl.}; empty for the keys of the workload itself
     */
    public static List<WorkloadKey<?>> membersOf(String prefix) {
        return DECLARED.values().stream()
                .filter(key -> key.name().startsWith(prefix))
                .filter(key -> !key.name().substring(prefix.length()).matches(".*[.\\[].*"))
                .toList();
    }

    /** The names of the members of a mapping, without its own. */
    public static List<String> namesOf(String prefix) {
        return membersOf(prefix).stream()
                .map(key -> key.name().substring(prefix.length()))
                .toList();
    }

    /**
     * A declared key.
     *
     * @throws IllegalArgumentException there is no such key
     */
    public static WorkloadKey<?> find(String name) {
        return search(name).orElseThrow(() -> new IllegalArgumentException("no key " + name));
    }

    /** A key, if it is declared. */
    public static Optional<WorkloadKey<?>> search(String name) {
        return Optional.ofNullable(DECLARED.get(name));
    }

    /** The option of that name, the first of its names. */
    public static WorkloadOption option(String name) {
        return OPTIONS.stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no option " + name));
    }

    private static <T> WorkloadKey<T> key(String name, KeyType type, String description) {
        return declare(new WorkloadKey<>(name, type, description, List.of()));
    }

    private static <T> WorkloadKey<T> declare(WorkloadKey<T> key) {
        DECLARED.put(key.name(), key);
        return key;
    }

    private static <E extends Enum<E>> WorkloadKey<E> choice(String name, Class<E> type, String description) {
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        return declare(new WorkloadKey<>(name, CHOICE, description, names));
    }

    private static WorkloadKey<Duration> duration(String name, String description, String usual) {
        return WorkloadKeys.<Duration>key(name, DURATION, description).byDefault(DurationText.parse(usual), usual);
    }

    private static void limit(String metric, String description) {
        key("goodput." + metric, NUMBER, "alias of " + metric + "_ms").within(LIMIT_MILLIS);
        key("goodput." + metric + "_ms", NUMBER, description).within(LIMIT_MILLIS);
    }

    /**
     * A number, or the mapping of a distribution.
     *
     * @param noun what is counted
     * @param prefixes of the options of the standard deviation; the first also of the other members; none for no
     *     options
     */
    private static WorkloadKey<LengthDistribution> length(
            String name, String noun, String description, String... prefixes) {
        WorkloadKey<LengthDistribution> length = WorkloadKeys.<LengthDistribution>key(name, INTEGER, description)
                .within(TOKENS)
                .shortFor("mean");
        WorkloadKey<?> shape = choice(
                name + ".distribution",
                LengthDistribution.Shape.class,
                "distribution of the " + noun + "; default: normal with a deviation, constant without");
        key(name + ".mean", NUMBER, "mean of the " + noun).within(TOKENS);
        WorkloadKey<?> deviation = key(name + ".stddev", NUMBER, "standard deviation of the " + noun)
                .within(TOKENS_OR_NONE);
        WorkloadKey<?> smallest =
                key(name + ".min", INTEGER, "minimum of the " + noun).within(TOKENS);
        WorkloadKey<?> largest =
                key(name + ".max", INTEGER, "maximum of the " + noun).within(TOKENS);
        if (prefixes.length > 0) {
            shape.option("NAME", prefixes[0] + "-distribution");
            deviation.option(
                    "TOKENS",
                    Arrays.stream(prefixes).map(prefix -> prefix + "-stddev").toArray(String[]::new));
            smallest.option("TOKENS", prefixes[0] + "-min");
            largest.option("TOKENS", prefixes[0] + "-max");
        }
        return length;
    }

    private static <T> Function<WorkloadSpecification, @Nullable T> ofPrefix(
            Function<SharedPrefix, @Nullable T> member) {
        return workload -> workload.sharedPrefix() == null ? null : member.apply(workload.sharedPrefix());
    }

    private static <T> Function<WorkloadSpecification, @Nullable T> ofDataset(
            Function<DatasetReference, @Nullable T> member) {
        return workload -> workload.dataset() == null ? null : member.apply(workload.dataset());
    }
}
