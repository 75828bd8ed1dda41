package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.logging.LogSettings;
import aifactory.commandline.option.DurationConverter;
import aifactory.commandline.option.NameConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.PortConverter;
import aifactory.commandline.session.EndOfInput;
import aifactory.commandline.session.Session;
import aifactory.protocol.JsonFormat;
import aifactory.simulator.EngineModel;
import aifactory.simulator.FaultSpecification;
import aifactory.simulator.MetricsDialect;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.recording.Recordings;
import aifactory.simulator.server.InferenceSimulator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aifactory simulate}. */
@Command(
        name = "simulate",
        description = {
            "Run a simulated AI server with an OpenAI-compatible API until it is interrupted.",
            "Faults have the form KIND[:VALUE][,KEY=VALUE]..., for example status:429,every=10 or stall:2s,token=5.",
            "Faults under overload: rate-limit:50,code=429, slow-above:8, crash:30,for=3s."
        })
public final class SimulateCommand extends Verb implements Callable<Integer> {
    private static final SimulatorOptions DEFAULTS = SimulatorOptions.defaults();

    @Option(names = "--host", paramLabel = "ADDRESS", description = "address to listen on; default: 127.0.0.1")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = PortConverter.class,
            description = "port to listen on, 0 for any free one; default: 8000")
    private @Nullable Integer port;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "name of the model, or several with commas between them; default: simulated-model")
    private @Nullable String model;

    @Option(
            names = "--ttft",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "time to first token; default: 50ms")
    private @Nullable Duration timeToFirstToken;

    @Option(
            names = "--ttft-stddev",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "standard deviation; default: 0ms")
    private Duration timeToFirstTokenDeviation = Duration.ZERO;

    @Option(
            names = "--inter-token-latency",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "time between tokens; default: 10ms")
    private @Nullable Duration interTokenLatency;

    @Option(
            names = "--inter-token-latency-stddev",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "standard deviation; default: 0ms")
    private Duration interTokenLatencyDeviation = Duration.ZERO;

    @Option(
            names = "--max-num-seqs",
            paramLabel = "N",
            description = "maximum number of concurrent requests; default: 256")
    private @Nullable Integer maxNumSeqs;

    @Option(names = "--max-waiting", paramLabel = "N", description = "maximum number of queued requests; default: 1024")
    private @Nullable Integer maxWaiting;

    @Option(
            names = "--kv-cache-tokens",
            paramLabel = "N",
            description = "tokens that the KV cache holds; requests wait for room and are preempted; default: no limit")
    private @Nullable Long kvCacheTokens;

    @Option(
            names = "--exclusive-prefill",
            description = "process one prompt at a time, and generate no token meanwhile")
    private boolean exclusivePrefill;

    @Option(
            names = "--gateway-delay",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "delay of every request before the server, as by a gateway; default: 0ms")
    private Duration gatewayDelay = Duration.ZERO;

    @Option(
            names = "--metrics-of",
            paramLabel = "ENGINE",
            converter = DialectNames.class,
            completionCandidates = DialectNames.class,
            description = "whose metrics it reports: ${COMPLETION-CANDIDATES}; default: vllm")
    private MetricsDialect metricsDialect = MetricsDialect.VLLM;

    @Option(
            names = "--eos-probability",
            paramLabel = "P",
            description = "probability that a response ends after a token; default: 0")
    private @Nullable Double endOfSequenceProbability;

    @Option(names = "--fault", paramLabel = "FAULT", description = "fault to inject; repeatable")
    private @Nullable List<String> faults;

    @Option(names = "--seed", paramLabel = "N", description = "seed of all randomness; default: 7")
    private @Nullable Long seed;

    @Option(names = "--event-loops", paramLabel = "N", description = "number of event loop threads; default: 1")
    private @Nullable Integer eventLoops;

    @Option(names = "--zero-work", description = "respond immediately with constant responses, for measuring clients")
    private boolean zeroWork;

    @Option(
            names = "--replay",
            paramLabel = "PATH",
            description = {
                "send recorded responses, with their timing, instead of generated ones: a file of recordings, or a"
                        + " directory with *.jsonl; selected by a request's model name, otherwise by its path in turn",
            })
    private @Nullable Path replay;

    @Option(names = "--end-with-input", hidden = true, description = "end when standard input ends")
    private boolean endWithInput;

    @Mixin
    private OutputFormat format = new OutputFormat();

    private final Session session;
    private final Configuration configuration;

    public SimulateCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        LogSettings.apply(configuration, "warn");
        SimulatorOptions options = options();
        if (endWithInput) {
            EndOfInput.watch(session);
        }
        try (InferenceSimulator simulator = InferenceSimulator.start(options)) {
            announce(simulator, options);
            AtomicBoolean isCrashed = new AtomicBoolean();
            Thread.ofVirtual().start(() -> awaitCrash(simulator, isCrashed));
            session.interruption().awaitRequest();
            if (isCrashed.get()) {
                throw new CommandFailure(ExitCode.CHECK_FAILED, "the simulated server crashed, as --fault crash asks");
            }
        } catch (IOException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        }
        return 0;
    }

    private void awaitCrash(InferenceSimulator simulator, AtomicBoolean isCrashed) {
        try {
            simulator.awaitClose();
            isCrashed.set(!session.interruption().isRequested());
            session.interruption().request();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SimulatorOptions options() {
        try {
            SimulatorOptions.Capacity capacity = DEFAULTS.capacity();
            SimulatorOptions.Output output = DEFAULTS.output();
            return DEFAULTS.withHost(orElse(host, DEFAULTS.host()))
                    .withPort(orElse(port, DEFAULTS.port()))
                    .withModel(orElse(model, DEFAULTS.model()))
                    .withLatencies(new SimulatorOptions.Latencies(
                            orElse(timeToFirstToken, DEFAULTS.latencies().timeToFirstToken()),
                            timeToFirstTokenDeviation,
                            orElse(interTokenLatency, DEFAULTS.latencies().interTokenLatency()),
                            interTokenLatencyDeviation))
                    .withSequences(orElse(maxNumSeqs, capacity.maxNumSeqs()), orElse(maxWaiting, capacity.maxWaiting()))
                    .withOutput(new SimulatorOptions.Output(
                            output.defaultMaxTokens(),
                            orElse(endOfSequenceProbability, output.endOfSequenceProbability()),
                            output.tokensPerChunk(),
                            output.reasoningTokens()))
                    .withFaults(
                            faults == null
                                    ? List.of()
                                    : faults.stream()
                                            .map(FaultSpecification::parse)
                                            .toList())
                    .withKvCacheTokens(orElse(kvCacheTokens, capacity.kvCacheTokens()))
                    .withEngine(new EngineModel(kvCacheTokens != null, exclusivePrefill, gatewayDelay, metricsDialect))
                    .withSeed(orElse(seed, DEFAULTS.seed()))
                    .withEventLoops(orElse(eventLoops, DEFAULTS.eventLoops()))
                    .withZeroWork(zeroWork)
                    .withReplay(replay == null ? List.of() : Recordings.read(replay));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        }
    }

    private void announce(InferenceSimulator simulator, SimulatorOptions options) {
        if (format.isJson()) {
            session.out().println(Listening.of(simulator, options).toJson());
        } else {
            String serves = options.replay().isEmpty()
                    ? "model " + options.model()
                    : options.replay().size() + " recorded responses";
            session.out()
                    .println("simulated AI server with " + serves + " at " + simulator.address() + " (seed "
                            + options.seed() + "); end it with Ctrl-C");
        }
    }

    private static <T> T orElse(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    /** What a program that has started the simulator reads from its output, in one line. */
    private record Listening(String address, String model, long seed) {
        static Listening of(InferenceSimulator simulator, SimulatorOptions options) {
            return new Listening(simulator.address().toString(), options.model(), options.seed());
        }

        String toJson() {
            return JsonFormat.mapper().writeValueAsString(this);
        }
    }

    /** The engines as they are typed. */
    static final class DialectNames extends NameConverter<MetricsDialect> {
        DialectNames() {
            super(List.of(MetricsDialect.values()));
        }
    }
}
