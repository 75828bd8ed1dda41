package aifactory.engine.recording;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.ClientShares;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricHistograms;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds up what the event loops of one client measured in the same interval. Not thread-safe: belongs to the reporter.
 */
public final class IntervalMerge {
    private final MetricHistograms histograms = new MetricHistograms();
    private final ClientShares shares = new ClientShares();
    private List<RequestRecord> records = new ArrayList<>();
    private RequestCounts all = RequestCounts.NONE;
    private RequestCounts measured = RequestCounts.NONE;
    private int inFlight;
    private long streamedChunks;
    private long lastMeasuredDoneNanos;

    /** Begins another interval; records handed out before stay as they are, histograms are reused. */
    public void clear() {
        histograms.reset();
        shares.reset();
        records = new ArrayList<>();
        all = RequestCounts.NONE;
        measured = RequestCounts.NONE;
        inFlight = 0;
        streamedChunks = 0;
        lastMeasuredDoneNanos = 0;
    }

    /** Adds one event loop's interval and clears it for reuse. */
    public void add(LoopInterval interval) {
        histograms.add(interval.histograms);
        shares.add(interval.shares);
        records.addAll(interval.records);
        all = all.plus(interval.all.snapshot());
        measured = measured.plus(interval.measured.snapshot());
        inFlight += interval.inFlight;
        streamedChunks += interval.streamedChunks;
        lastMeasuredDoneNanos = Math.max(lastMeasuredDoneNanos, interval.lastMeasuredDoneNanos);
        interval.clear();
    }

    public List<RequestRecord> records() {
        return records;
    }

    /** When the last measured request of the interval ended, since T0; 0 when none did. */
    public long lastMeasuredDoneNanos() {
        return lastMeasuredDoneNanos;
    }

    /** 99th percentile of the event loops' lag in the interval. */
    public long eventLoopLagNanos() {
        return histograms.of(Metric.EVENT_LOOP_LAG).percentileNanos(99);
    }

    public IntervalMeasurement toInterval(long startNanos, long endNanos, ClientHealthSample health) {
        return new IntervalMeasurement(
                startNanos, endNanos, all, measured, inFlight, streamedChunks, histograms, health, shares);
    }
}
