package aifactory.reporting.records;

import aifactory.measurement.LatencyFormulas;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the exports need of the request records of the measured window, gathered in one pass and in memory that does not
 * grow with their number.
 *
 * <p>Not thread-safe.
 */
public final class RecordStatistics {
    private static final int MOST_CAUSES = 100;

    private final LatencyHistogram timeToFirstToken = new LatencyHistogram();
    private final LatencyHistogram requestLatency = new LatencyHistogram();
    private final LatencyHistogram timePerOutputToken = new LatencyHistogram();
    private final FigureDistribution inputTokens = new FigureDistribution();
    private final FigureDistribution outputTokens = new FigureDistribution();
    private final FigureDistribution outputTokensPerSecond = new FigureDistribution();
    private final Map<String, Failure> failures = new TreeMap<>();
    private long measuredRecords;

    /**
     * The failures of one cause.
     *
     * @param httpStatus of the first of them, null when there was no answer
     * @param detail of the first of them
     */
    public record Failure(
            long count,
            @Nullable Integer httpStatus,
            @Nullable String detail) {}

    /** Takes one record into account; what is outside of the measured window is passed over. */
    public void add(RequestRecord record) {
        if (record.phase() != RunPhase.MEASURED) {
            return;
        }
        measuredRecords++;
        if (record.outcome() == RequestOutcome.FAILED) {
            addFailure(record);
        }
        Long started = record.startedNanos();
        Long done = record.doneNanos();
        if (record.outcome() != RequestOutcome.COMPLETED || started == null || done == null) {
            return;
        }
        recordLatency(requestLatency, LatencyFormulas.endToEndLatencyNanos(started, done));
        inputTokens.record(record.inputTokens());
        outputTokens.record(record.outputTokens());
        Long first = record.firstChunkNanos();
        if (first != null) {
            recordLatency(timeToFirstToken, LatencyFormulas.timeToFirstTokenNanos(started, first));
            if (LatencyFormulas.hasTimePerOutputToken(record.outputTokens())) {
                addTokenTimes(first, done, record.outputTokens());
            }
        }
    }

    private void addTokenTimes(long first, long done, int tokens) {
        recordLatency(timePerOutputToken, LatencyFormulas.timePerOutputTokenNanos(first, done, tokens));
        if (done > first) {
            outputTokensPerSecond.record(1e9 / LatencyFormulas.exactTimePerOutputTokenNanos(first, done, tokens));
        }
    }

    /** A latency that the range does not hold was a failure already where it was measured. */
    private static void recordLatency(LatencyHistogram histogram, long nanos) {
        if (nanos >= 0 && nanos <= LatencyHistogram.HIGHEST_NANOS) {
            histogram.record(nanos);
        }
    }

    private void addFailure(RequestRecord record) {
        String cause = record.error() == null ? "unknown" : record.error();
        Failure known = failures.get(cause);
        if (known != null) {
            failures.put(cause, new Failure(known.count() + 1, known.httpStatus(), known.detail()));
        } else if (failures.size() < MOST_CAUSES) {
            failures.put(cause, new Failure(1, record.httpStatus(), record.errorDetail()));
        }
    }

    public long measuredRecords() {
        return measuredRecords;
    }

    /** Of completed requests. */
    public LatencyHistogram timeToFirstToken() {
        return timeToFirstToken;
    }

    /** Of completed requests, from start to last content. */
    public LatencyHistogram requestLatency() {
        return requestLatency;
    }

    /** Of completed requests with more than one output token. */
    public LatencyHistogram timePerOutputToken() {
        return timePerOutputToken;
    }

    /** Of completed requests. */
    public FigureDistribution inputTokens() {
        return inputTokens;
    }

    /** Of completed requests. */
    public FigureDistribution outputTokens() {
        return outputTokens;
    }

    /** The speed at which a user saw tokens come, of completed requests with more than one output token. */
    public FigureDistribution outputTokensPerSecond() {
        return outputTokensPerSecond;
    }

    /** By cause, at most a hundred of them. */
    public Map<String, Failure> failures() {
        return failures;
    }
}
