package aifactory.simulator.internal.generation;

import aifactory.measurement.MonotonicClock;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.internal.cache.PrefixCache;
import aifactory.simulator.internal.cache.PromptBlocks;
import aifactory.simulator.internal.fault.FaultSelector;
import aifactory.simulator.internal.observation.ServerMetrics;
import aifactory.simulator.internal.observation.TrueTimeLog;
import aifactory.simulator.internal.timing.LatencySampler;
import aifactory.simulator.internal.timing.SeededRandomness;
import aifactory.simulator.internal.timing.ServerClock;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the event loops of one server share. Thread-safe in all its parts. */
public final class ServerState {
    private final SimulatorOptions options;
    private final InstantSource wallClock;
    private final SeededRandomness randomness;
    private final FaultSelector faults;
    private final ServerClock clock;
    private final LatencySampler latencies;
    private final SequenceSlots slots;
    private final PrefillQueue prefill;
    private final Overload overload;
    private final ServerMetrics metrics = new ServerMetrics();
    private final PrefixCache prefixes;
    private final TrueTimeLog timeLog;
    /** In JSON, by their names. */
    private final Map<String, String> models = new LinkedHashMap<>();

    private final AtomicLong requests = new AtomicLong();

    /** The state of a server that has not served anything yet. */
    public ServerState(SimulatorOptions options, MonotonicClock monotonicClock, InstantSource wallClock) {
        this.options = options;
        this.wallClock = wallClock;
        randomness = new SeededRandomness(options.seed());
        faults = new FaultSelector(options.faults(), randomness);
        clock = new ServerClock(monotonicClock, faults.serverStalls());
        latencies = new LatencySampler(options.latencies());
        slots = new SequenceSlots(
                options.capacity().maxNumSeqs(),
                options.capacity().maxWaiting(),
                options.engine().limitsKvCache() ? options.capacity().kvCacheTokens() : Long.MAX_VALUE);
        prefill = new PrefillQueue(options.engine().exclusivePrefill());
        overload = new Overload(options.faults());
        prefixes = new PrefixCache(options.capacity().kvCacheTokens());
        timeLog = new TrueTimeLog(options.timeLog().maxRequests());
        options.models().forEach(model -> models.put(model, OpenAiErrors.quote(model)));
    }

    /** The configured behaviour of the server. */
    public SimulatorOptions options() {
        return options;
    }

    /** Looks the prompt of a request up in the cache of prefixes, and counts what it has of it. */
    public void countPrefix(int promptTokens, PromptBlocks blocks) {
        metrics.countPrefix(promptTokens, prefixes.use(blocks));
    }

    /** Seconds since the epoch. */
    public long createdSeconds() {
        return wallClock.instant().getEpochSecond();
    }

    /** All randomness. */
    public SeededRandomness randomness() {
        return randomness;
    }

    /** What goes wrong. */
    public FaultSelector faults() {
        return faults;
    }

    /** Server time. */
    public ServerClock clock() {
        return clock;
    }

    /** How long tokens take. */
    public LatencySampler latencies() {
        return latencies;
    }

    /** Who is generated and who waits. */
    public SequenceSlots slots() {
        return slots;
    }

    /** When prompts are processed. */
    public PrefillQueue prefill() {
        return prefill;
    }

    /** What it does with too many requests. */
    public Overload overload() {
        return overload;
    }

    /** All counts. */
    public ServerMetrics metrics() {
        return metrics;
    }

    /** The log of true times. */
    public TrueTimeLog timeLog() {
        return timeLog;
    }

    /** Whether the server has a model of that name; null is the usual model. */
    public boolean serves(@Nullable String model) {
        return model == null || models.containsKey(model);
    }

    /** The name of a served model, null for the usual one, as a JSON string. */
    public String modelJson(@Nullable String model) {
        String usual = models.values().iterator().next();
        return model == null ? usual : models.getOrDefault(model, usual);
    }

    /** The number of the request for generation that was just received, from 0. */
    public long nextRequestIndex() {
        return requests.getAndIncrement();
    }
}
