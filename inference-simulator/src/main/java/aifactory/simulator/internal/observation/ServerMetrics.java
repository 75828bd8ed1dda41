package aifactory.simulator.internal.observation;

import aifactory.simulator.SimulatorStatistics;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** All counters of the server. Thread-safe: every event loop updates them, and any thread may read. */
public final class ServerMetrics {
    /** Why an output ended; the names that the API gives it. */
    public enum FinishReason {
        /** The model ended it. */
        STOP,
        /** {@code max_tokens} was reached. */
        LENGTH,
        /** It is a tool call. */
        TOOL_CALLS,
        /** The client went away, or a fault ended it. */
        ABORT;

        private final String text = name().toLowerCase(Locale.ROOT);

        /** As in {@code finish_reason}. */
        public String text() {
            return text;
        }
    }

    private static final double NANOS_PER_SECOND = 1e9;

    // The buckets are vLLM's, so that its dashboards show the same axes.
    final BucketHistogram firstTokenSeconds = new BucketHistogram(
            0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0,
            80.0, 160.0, 640.0, 2560.0);
    final BucketHistogram interTokenSeconds = new BucketHistogram(
            0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0);
    final BucketHistogram requestSeconds = new BucketHistogram(
            0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 120.0, 240.0, 480.0,
            960.0, 1920.0, 7680.0);
    final BucketHistogram queueSeconds = new BucketHistogram(
            0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 120.0, 240.0, 480.0,
            960.0, 1920.0, 7680.0);
    final BucketHistogram prefillSeconds = new BucketHistogram(
            0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 120.0, 240.0, 480.0,
            960.0, 1920.0, 7680.0);
    final BucketHistogram decodeSeconds = new BucketHistogram(
            0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 120.0, 240.0, 480.0,
            960.0, 1920.0, 7680.0);
    final LongAdder preemptions = new LongAdder();
    private final Map<FinishReason, LongAdder> finished = new EnumMap<>(FinishReason.class);
    final LongAdder promptTokens = new LongAdder();
    final LongAdder generatedTokens = new LongAdder();
    final LongAdder tokensInCache = new LongAdder();
    final LongAdder prefixQueries = new LongAdder();
    final LongAdder prefixHits = new LongAdder();

    private final LongAdder requests = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder faulted = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder contentChunks = new LongAdder();
    private final LongAdder events = new LongAdder();
    private final LongAdder connectionsAccepted = new LongAdder();
    private final LongAdder connectionsRefused = new LongAdder();

    /** Nothing counted yet. */
    public ServerMetrics() {
        for (FinishReason reason : FinishReason.values()) {
            finished.put(reason, new LongAdder());
        }
    }

    /** A request for generation was received in full. */
    public void countRequest() {
        requests.increment();
    }

    /** A request for generation was answered with an error because it was wrong or too much. */
    public void countRefusal() {
        refused.increment();
    }

    /** A request gets a fault. */
    public void countFault() {
        faulted.increment();
    }

    /** A client went away before its answer was complete. */
    public void countCancellation() {
        cancelled.increment();
    }

    /** A request got a sequence slot. */
    public void countAdmission(int promptTokenCount, long queueNanos) {
        promptTokens.add(promptTokenCount);
        tokensInCache.add(promptTokenCount);
        queueSeconds.observe(queueNanos / NANOS_PER_SECOND);
    }

    /** The tokens of a prompt, and those that the prefix cache had. */
    public void countPrefix(int queriedTokens, int hitTokens) {
        prefixQueries.add(queriedTokens);
        prefixHits.add(hitTokens);
    }

    /** A request gave its slot back; {@code tokens} are those of its prompt and its output until then. */
    public void countRelease(long tokens, FinishReason reason) {
        tokensInCache.add(-tokens);
        finishedBy(reason).increment();
    }

    /** A request was preempted and its tokens left the cache. */
    public void countPreemption(long tokens) {
        preemptions.increment();
        tokensInCache.add(-tokens);
    }

    /** A preempted request has a slot again, and its tokens are in the cache. */
    public void countReadmission(long tokens) {
        tokensInCache.add(tokens);
    }

    /** A client went away while its request was preempted. */
    public void countAbortOfPreempted() {
        finishedBy(FinishReason.ABORT).increment();
    }

    /** The prompt of a request was processed, from its admission to its first token. */
    public void countPrefill(long nanos) {
        prefillSeconds.observe(nanos / NANOS_PER_SECOND);
    }

    /** The output of a request was generated, from its first token to its last. */
    public void countDecode(long nanos) {
        decodeSeconds.observe(nanos / NANOS_PER_SECOND);
    }

    LongAdder finishedBy(FinishReason reason) {
        return Objects.requireNonNull(finished.get(reason));
    }

    /** An answer was handed over in full. */
    public void countCompletion(long receivedToDoneNanos) {
        completed.increment();
        requestSeconds.observe(receivedToDoneNanos / NANOS_PER_SECOND);
    }

    /** Tokens were sent, that are now in the cache, too. */
    public void countTokens(int tokens) {
        generatedTokens.add(tokens);
        tokensInCache.add(tokens);
    }

    /** The first token was sent. */
    public void countFirstToken(long nanos) {
        firstTokenSeconds.observe(nanos / NANOS_PER_SECOND);
    }

    /** A later token was sent. */
    public void countGap(long nanos) {
        interTokenSeconds.observe(nanos / NANOS_PER_SECOND);
    }

    /** Events were handed over, some of them with content. */
    public void countEvents(int eventCount, int contentChunkCount) {
        events.add(eventCount);
        contentChunks.add(contentChunkCount);
    }

    /** A whole constant answer was handed over without being generated. */
    public void countConstantAnswer(int tokens, int eventCount, int contentChunkCount) {
        requests.increment();
        completed.increment();
        generatedTokens.add(tokens);
        if (eventCount > 0) {
            countEvents(eventCount, contentChunkCount);
        }
    }

    /** A connection was accepted. */
    public void countConnection() {
        connectionsAccepted.increment();
    }

    /** A connection was closed at once. */
    public void countRefusedConnection() {
        connectionsRefused.increment();
    }

    /** The counts as they are now; exact once the requests that they are about have ended. */
    public SimulatorStatistics statistics(long unloggedRequests) {
        return new SimulatorStatistics(
                requests.sum(),
                completed.sum(),
                refused.sum(),
                faulted.sum(),
                cancelled.sum(),
                promptTokens.sum(),
                generatedTokens.sum(),
                contentChunks.sum(),
                events.sum(),
                connectionsAccepted.sum(),
                connectionsRefused.sum(),
                unloggedRequests);
    }
}
