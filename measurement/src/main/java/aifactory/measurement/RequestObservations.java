package aifactory.measurement;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the findings of a run need of its request records, gathered as they come in. Bounded: it does not grow with the
 * number of requests beyond a few megabytes.
 *
 * <p>Not thread-safe.
 */
public final class RequestObservations {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVICE_UNAVAILABLE = 503;
    /** Finish reasons of servers that stopped at the requested length. */
    private static final Set<String> LIMIT_REASONS = Set.of("length", "max_tokens", "max_output_tokens", "limit");

    /** Fewer chunks show no rhythm. */
    private static final int FEWEST_CHUNKS = 4;

    private final RequestTimeSeries series = new RequestTimeSeries();
    private final RequestSample sample = new RequestSample();
    private long highestNumber = -1;
    private long firstStartedNanos = Long.MAX_VALUE;
    private long lastStartedNanos = Long.MIN_VALUE;
    private long largestLatenessNanos;
    private long latestNumber = -1;
    private long endedEarly;
    private long withRequestedLength;
    private long requestedTokens;
    private long generatedTokens;
    private long countedByChunks;
    private long gaps;
    private long gapsTogether;
    private long streamingNanos;
    private long allAtOnce;
    private long streamed;
    private long firstChunksWithTokens;
    private long firstChunkTokens;
    private long tooManyRequests;
    private long unavailable;
    private long throttled;
    /** How many responses asked to wait for so many seconds; as many keys as there are seconds in a day, at most. */
    private final SortedMap<Integer, Long> retryAfterSeconds = new TreeMap<>();

    RequestObservations() {}

    /** Adds a record of any phase. */
    void add(RequestRecord record) {
        series.add(record);
        addArrival(record);
        if (record.phase() != RunPhase.MEASURED) {
            return;
        }
        if (record.outcome() == RequestOutcome.FAILED) {
            addRefusal(record);
        }
        if (record.outcome() == RequestOutcome.COMPLETED) {
            countedByChunks += record.tokenSource() == TokenSource.CHUNKS && record.chunks() > 0 ? 1 : 0;
            ResponseDetails response = record.response();
            Integer first = response == null ? null : response.firstChunkTokens();
            if (first != null && first > 1) {
                firstChunksWithTokens++;
                firstChunkTokens += first;
            }
            addLength(record);
            addRhythm(record);
        }
    }

    private void addRefusal(RequestRecord record) {
        int status = record.httpStatus() == null ? 0 : record.httpStatus();
        Integer wait = record.response() == null ? null : record.response().retryAfterSeconds();
        tooManyRequests += status == TOO_MANY_REQUESTS ? 1 : 0;
        unavailable += status == SERVICE_UNAVAILABLE ? 1 : 0;
        throttled += status == TOO_MANY_REQUESTS || status == SERVICE_UNAVAILABLE || wait != null ? 1 : 0;
        if (wait != null) {
            retryAfterSeconds.merge(wait, 1L, Long::sum);
        }
    }

    private void addArrival(RequestRecord record) {
        Long started = record.startedNanos();
        if (started == null) {
            return;
        }
        if (record.phase() == RunPhase.MEASURED) {
            firstStartedNanos = Math.min(firstStartedNanos, started);
            lastStartedNanos = Math.max(lastStartedNanos, started);
        }
        // Only the first turn of a conversation follows the schedule.
        if (record.turn() != 0) {
            return;
        }
        long number = record.session() == null ? record.index() : record.session();
        highestNumber = Math.max(highestNumber, number);
        long lateness = started - record.scheduledNanos() - record.dueDelayedByCapNanos();
        if (Math.abs(lateness) > Math.abs(largestLatenessNanos)) {
            largestLatenessNanos = lateness;
            latestNumber = number;
        }
        sample.add(number, started, latencyNanos(record, started));
    }

    private static long latencyNanos(RequestRecord record, long started) {
        boolean counts = record.phase() == RunPhase.MEASURED && record.outcome() == RequestOutcome.COMPLETED;
        Long end = record.firstChunkNanos() == null ? record.doneNanos() : record.firstChunkNanos();
        return !counts || end == null || end < started ? RequestSample.NO_LATENCY : end - started;
    }

    /**
     * Whether the server went to the requested length is best known from its finish reason. Where tokens are counted by
     * chunks, fewer chunks than tokens alone show nothing: a chunk may have several.
     */
    private void addLength(RequestRecord record) {
        Integer requested = record.requestedOutputTokens();
        ResponseDetails response = record.response();
        String reason = response == null ? null : response.finishReason();
        boolean counted = record.tokenSource() == TokenSource.USAGE || record.tokenSource() == TokenSource.TOKENIZER;
        if (requested == null || requested < 1 || (!counted && reason == null)) {
            return;
        }
        withRequestedLength++;
        requestedTokens += requested;
        generatedTokens += record.outputTokens();
        boolean toTheLimit = reason != null && LIMIT_REASONS.contains(reason);
        endedEarly += record.outputTokens() < requested && !toTheLimit ? 1 : 0;
    }

    private void addRhythm(RequestRecord record) {
        Integer together = record.chunksTogether();
        Long first = record.firstChunkNanos();
        Long done = record.doneNanos();
        if (together == null || first == null || done == null || record.chunks() < FEWEST_CHUNKS) {
            return;
        }
        streamed++;
        gaps += record.chunks() - 1;
        gapsTogether += together;
        streamingNanos += done - first;
        allAtOnce += together == record.chunks() - 1 ? 1 : 0;
    }

    public RequestTimeSeries series() {
        return series;
    }

    public RequestSample sample() {
        return sample;
    }

    /** The highest number of a session, or of a request that stands alone, that was started; -1 without any. */
    public long highestNumber() {
        return highestNumber;
    }

    /** When the first measured request started since T0, null without any. */
    public @Nullable Long firstStartedNanos() {
        return lastStartedNanos == Long.MIN_VALUE ? null : firstStartedNanos;
    }

    /** When the last measured request started since T0, null without any. */
    public @Nullable Long lastStartedNanos() {
        return lastStartedNanos == Long.MIN_VALUE ? null : lastStartedNanos;
    }

    /**
     * The largest difference between when a request started and when it was due, time that a cap held it back left out.
     *
     * @param nanos negative for a request that was early
     * @param number of the request
     */
    public record Lateness(long nanos, long number) {}

    public Lateness largestLateness() {
        return new Lateness(largestLatenessNanos, latestNumber);
    }

    /**
     * Output lengths of completed requests whose length was asked for and whose tokens were counted.
     *
     * @param early those with fewer tokens than were asked for
     */
    public record Lengths(long requests, long early, long requestedTokens, long generatedTokens) {}

    public Lengths lengths() {
        return new Lengths(withRequestedLength, endedEarly, requestedTokens, generatedTokens);
    }

    /** Completed requests whose output tokens are only known as a number of chunks. */
    public long countedByChunks() {
        return countedByChunks;
    }

    /**
     * How chunks arrived in completed requests of at least four chunks.
     *
     * @param gaps between successive chunks
     * @param together gaps after which a chunk arrived together with the one before
     * @param streamingNanos from first to last chunk, summed up
     * @param allAtOnce requests all chunks of which arrived together
     */
    public record Rhythm(long requests, long gaps, long together, long streamingNanos, long allAtOnce) {}

    public Rhythm rhythm() {
        return new Rhythm(streamed, gaps, gapsTogether, streamingNanos, allAtOnce);
    }

    /**
     * First chunks that are known to carry several tokens.
     *
     * @param requests that have one
     */
    public record FirstChunks(long requests, long tokens) {}

    public FirstChunks firstChunksOfSeveralTokens() {
        return new FirstChunks(firstChunksWithTokens, firstChunkTokens);
    }

    /** Failed requests with status 429. */
    public long tooManyRequests() {
        return tooManyRequests;
    }

    /** Failed requests with status 503. */
    public long unavailable() {
        return unavailable;
    }

    /** Failed requests with one of these statuses, or with a response that asked to wait. */
    public long throttled() {
        return throttled;
    }

    /**
     * How long failed requests were asked to wait by {@code Retry-After}.
     *
     * @param responses that asked
     */
    public record RetryAfter(long responses, int medianSeconds, int largestSeconds) {}

    public RetryAfter retryAfter() {
        long responses = 0;
        for (long count : retryAfterSeconds.values()) {
            responses += count;
        }
        long passed = 0;
        for (Map.Entry<Integer, Long> wait : retryAfterSeconds.entrySet()) {
            passed += wait.getValue();
            if (2 * passed >= responses) {
                return new RetryAfter(responses, wait.getKey(), retryAfterSeconds.lastKey());
            }
        }
        return new RetryAfter(0, 0, 0);
    }
}
