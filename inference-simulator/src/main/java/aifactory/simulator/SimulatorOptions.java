package aifactory.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a simulated AI server behaves. {@link #defaults()} and the {@code with…} methods build one; impossible values are
 * refused with an {@link IllegalArgumentException} that names the command line's option, the value and what it may be.
 *
 * @param host address or name to listen on
 * @param port 0 for any free one
 * @param model the name that the server answers to, or several with commas between them, as of a model and its LoRA
 *     adapters
 * @param latencies how long tokens take
 * @param capacity what it takes on at the same time
 * @param output what it generates
 * @param faults what it does wrong, in the order in which they were given
 * @param seed of all randomness: the same seed and order of arrival give the same latencies, faults and tokens
 * @param zeroWork answers at once with constant answers, for measuring clients; latencies, capacity and faults do not
 *      apply
 * @param eventLoops threads that serve connections
 * @param timeLog whether the true time of every chunk is kept
 * @param replay responses that are sent instead of generated ones, see {@code Recordings}; empty for none
 * @param engine what an engine does beyond fixed latencies, and whose metrics it reports
 */
public record SimulatorOptions(
        String host,
        int port,
        String model,
        Latencies latencies,
        Capacity capacity,
        Output output,
        List<FaultSpecification> faults,
        long seed,
        boolean zeroWork,
        int eventLoops,
        TimeLog timeLog,
        List<Recording> replay,
        EngineModel engine) {

    /**
     * Normal distributions; a deviation of zero makes a latency constant. Draws outside of zero to twice the mean are
     * repeated.
     *
     * @param timeToFirstToken from a request's receipt, or its admission if it had to wait, to its first chunk with
     *      content
     * @param timeToFirstTokenStddev at most the mean
     * @param interTokenLatency from one chunk with content to the next
     * @param interTokenLatencyStddev at most the mean
     */
    public record Latencies(
            Duration timeToFirstToken,
            Duration timeToFirstTokenStddev,
            Duration interTokenLatency,
            Duration interTokenLatencyStddev) {
        private static final Duration LONGEST = Duration.ofHours(1);

        public Latencies {
            requireLatency("--ttft", timeToFirstToken, LONGEST);
            requireLatency("--ttft-stddev", timeToFirstTokenStddev, timeToFirstToken);
            requireLatency("--inter-token-latency", interTokenLatency, LONGEST);
            requireLatency("--inter-token-latency-stddev", interTokenLatencyStddev, interTokenLatency);
        }

        private static void requireLatency(String option, Duration value, Duration longest) {
            if (value.isNegative() || value.compareTo(longest) > 0) {
                throw new IllegalArgumentException(option + " " + text(value) + ": give a duration from 0 to "
                        + text(longest) + (option.endsWith("stddev") ? " (its mean)" : ""));
            }
        }

        private static String text(Duration duration) {
            return duration.toNanos() / 1_000_000.0 + "ms";
        }
    }

    /**
     * Bounds on what is taken on.
     *
     * @param maxNumSeqs requests generated at the same time
     * @param maxWaiting requests that wait for one of those, first come first served; more are refused with 503
     * @param maxConnections open connections; more are closed as soon as they are accepted
     * @param maxBodyBytes of one request; more is refused with 413
     * @param maxModelLength prompt and output tokens of one request; more is refused with 400
     * @param kvCacheTokens tokens that fill the simulated cache, also the prefix cache; see {@link
     *     EngineModel#limitsKvCache}
     */
    public record Capacity(
            int maxNumSeqs,
            int maxWaiting,
            int maxConnections,
            int maxBodyBytes,
            int maxModelLength,
            long kvCacheTokens) {
        public Capacity {
            requireWithin("--max-num-seqs", maxNumSeqs, 1, 1_000_000);
            requireWithin("--max-waiting", maxWaiting, 0, 1_000_000);
            requireWithin("--max-connections", maxConnections, 1, 1_000_000);
            requireWithin("--max-body-bytes", maxBodyBytes, 2, 1 << 30);
            requireWithin("--max-model-len", maxModelLength, 2, 100_000_000);
            requireWithin("--kv-cache-tokens", kvCacheTokens, 1, Long.MAX_VALUE);
        }
    }

    /**
     * What a request yields that does not say otherwise.
     *
     * @param defaultMaxTokens output tokens of a request without {@code max_tokens}
     * @param endOfSequenceProbability that the output ends after any one token, unless the request has
     *      {@code ignore_eos}
     * @param tokensPerChunk output tokens of one step and chunk, as with speculative decoding; the latency is that of
     *      the step
     * @param reasoningTokens the first of a chat's output tokens, sent as {@code reasoning_content}
     */
    public record Output(
            int defaultMaxTokens, double endOfSequenceProbability, int tokensPerChunk, int reasoningTokens) {
        public Output {
            requireWithin("--default-max-tokens", defaultMaxTokens, 1, 100_000_000);
            if (!(endOfSequenceProbability >= 0 && endOfSequenceProbability < 1)) {
                throw new IllegalArgumentException(
                        "--eos-probability " + endOfSequenceProbability + ": give a number from 0 to less than 1");
            }
            requireWithin("--tokens-per-chunk", tokensPerChunk, 1, 1000);
            requireWithin("--reasoning-tokens", reasoningTokens, 0, 100_000_000);
        }
    }

    /**
     * The log of true times, see {@link RequestTimes}.
     *
     * @param maxRequests requests that are kept, the first ones; 0 switches the log off
     * @param file where it is written when the server closes, one JSON object a line; null keeps it in memory only
     */
    public record TimeLog(int maxRequests, @Nullable Path file) {
        /** No log. */
        public static final TimeLog OFF = new TimeLog(0, null);

        public TimeLog {
            requireWithin("--time-log-requests", maxRequests, 0, 100_000_000);
        }
    }

    public SimulatorOptions {
        if (host.isBlank()) {
            throw new IllegalArgumentException("--host is empty: give an address, for instance 127.0.0.1");
        }
        requireWithin("--port", port, 0, 65_535);
        if (model.isBlank() || model.length() > 1000) {
            throw new IllegalArgumentException(
                    "--model of " + model.length() + " characters: give a name of 1 to 1000 characters");
        }
        if (Arrays.stream(model.split(",", -1)).anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("--model '" + model + "': give names with commas between them");
        }
        faults = List.copyOf(faults);
        requireWithin("--event-loops", eventLoops, 1, 1024);
        replay = List.copyOf(replay);
        if (!replay.isEmpty() && (zeroWork || !faults.isEmpty())) {
            throw new IllegalArgumentException(
                    "--replay sends what was recorded: leave out " + (zeroWork ? "--zero-work" : "--fault"));
        }
    }

    /** The names that the server answers to; the first is that of requests without one. */
    public List<String> models() {
        return Arrays.stream(model.split(",")).map(String::strip).toList();
    }

    /**
     * Port 8000 of the loopback interface, 50 ms to the first token, 10 ms between tokens, 256 sequences, no faults.
     */
    public static SimulatorOptions defaults() {
        return new SimulatorOptions(
                "127.0.0.1",
                8000,
                "simulated-model",
                new Latencies(Duration.ofMillis(50), Duration.ZERO, Duration.ofMillis(10), Duration.ZERO),
                new Capacity(256, 1024, 65_536, 8 << 20, 131_072, 1 << 20),
                new Output(128, 0, 1, 0),
                List.of(),
                7,
                false,
                1,
                TimeLog.OFF,
                List.of(),
                EngineModel.UNLIMITED);
    }

    /** These options on another address. */
    public SimulatorOptions withHost(String newHost) {
        return new SimulatorOptions(
                newHost,
                port,
                model,
                latencies,
                capacity,
                output,
                faults,
                seed,
                zeroWork,
                eventLoops,
                timeLog,
                replay,
                engine);
    }

    /** These options on another port; 0 for any free one. */
    public SimulatorOptions withPort(int newPort) {
        return new SimulatorOptions(
                host,
                newPort,
                model,
                latencies,
                capacity,
                output,
                faults,
                seed,
                zeroWork,
                eventLoops,
                timeLog,
                replay,
                engine);
    }

    /** These options with another model name. */
    public SimulatorOptions withModel(String newModel) {
        return new SimulatorOptions(
                host,
                port,
                newModel,
                latencies,
                capacity,
                output,
                faults,
                seed,
                zeroWork,
                eventLoops,
                timeLog,
                replay,
                engine);
    }

    /** These options with other latencies. */
    public SimulatorOptions withLatencies(Latencies newLatencies) {
        return new SimulatorOptions(
                host,
                port,
                model,
                newLatencies,
                capacity,
                output,
                faults,
                seed,
                zeroWork,
                eventLoops,
                timeLog,
                replay,
                engine);
    }

    /** These options with constant latencies. */
    public SimulatorOptions withLatencies(Duration timeToFirstToken, Duration interTokenLatency) {
        return withLatencies(new Latencies(timeToFirstToken, Duration.ZERO, interTokenLatency, Duration.ZERO));
    }

    /** These options with other bounds. */
    public SimulatorOptions withCapacity(Capacity newCapacity) {
        return new SimulatorOptions(
                host,
                port,
                model,
                latencies,
                newCapacity,
                output,
                faults,
                seed,
                zeroWork,
                eventLoops,
                timeLog,
                replay,
                engine);
    }

    /** These options with other numbers of requests that are generated, and that wait, at the same time. */
    public SimulatorOptions withSequences(int maxNumSeqs, int maxWaiting) {
        return withCapacity(new Capacity(
                maxNumSeqs,
                maxWaiting,
                capacity.maxConnections,
                capacity.maxBodyBytes,
                capacity.maxModelLength,
                capacity.kvCacheTokens));
    }

    /** These options with other output. */
    public SimulatorOptions withOutput(Output newOutput) {
        return new SimulatorOptions(
                host,
                port,
                model,
                latencies,
                capacity,
                newOutput,
                faults,
                seed,
                zeroWork,
                eventLoops,
                timeLog,
                replay,
                engine);
    }

    /** These options with these faults instead. */
    public SimulatorOptions withFaults(List<FaultSpecification> newFaults) {
        return new SimulatorOptions(
                host,
                port,
                model,
                latencies,
                capacity,
                output,
                newFaults,
                seed,
                zeroWork,
                eventLoops,
                timeLog,
                replay,
                engine);
    }

    /** These options with another seed. */
    public SimulatorOptions withSeed(long newSeed) {
        return new SimulatorOptions(
                host,
                port,
                model,
                latencies,
                capacity,
                output,
                faults,
                newSeed,
                zeroWork,
                eventLoops,
                timeLog,
                replay,
                engine);
    }

    /** These options with constant answers at once, or without. */
    public SimulatorOptions withZeroWork(boolean newZeroWork) {
        return new SimulatorOptions(
                host,
                port,
                model,
                latencies,
                capacity,
                output,
                faults,
                seed,
                newZeroWork,
                eventLoops,
                timeLog,
                replay,
                engine);
    }

    /** These options with another number of event loops. */
    public SimulatorOptions withEventLoops(int newEventLoops) {
        return new SimulatorOptions(
                host,
                port,
                model,
                latencies,
                capacity,
                output,
                faults,
                seed,
                zeroWork,
                newEventLoops,
                timeLog,
                replay,
                engine);
    }

    /** These options with another log of true times. */
    public SimulatorOptions withTimeLog(TimeLog newTimeLog) {
        return new SimulatorOptions(
                host,
                port,
                model,
                latencies,
                capacity,
                output,
                faults,
                seed,
                zeroWork,
                eventLoops,
                newTimeLog,
                replay,
                engine);
    }

    /** These options with another model of the engine. */
    public SimulatorOptions withEngine(EngineModel newEngine) {
        return new SimulatorOptions(
                host,
                port,
                model,
                latencies,
                capacity,
                output,
                faults,
                seed,
                zeroWork,
                eventLoops,
                timeLog,
                replay,
                newEngine);
    }

    /** These options with another number of tokens that fill the cache. */
    public SimulatorOptions withKvCacheTokens(long kvCacheTokens) {
        return withCapacity(new Capacity(
                capacity.maxNumSeqs,
                capacity.maxWaiting,
                capacity.maxConnections,
                capacity.maxBodyBytes,
                capacity.maxModelLength,
                kvCacheTokens));
    }

    /** These options with recorded responses instead of generated ones, or without. */
    public SimulatorOptions withReplay(List<Recording> newReplay) {
        return new SimulatorOptions(
                host,
                port,
                model,
                latencies,
                capacity,
                output,
                faults,
                seed,
                zeroWork,
                eventLoops,
                timeLog,
                newReplay,
                engine);
    }

    private static void requireWithin(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(option + " " + value + ": give a number from " + least + " to " + most);
        }
    }
}
