package aifactory.engine.recording;

import aifactory.measurement.ClientShares;
import aifactory.measurement.MetricHistograms;
import aifactory.measurement.RequestRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * What one event loop measured in one interval. Two of them alternate: while the event loop fills one, the reporter
 * reads and then clears the other.
 */
public final class LoopInterval {
    final CountsAccumulator all = new CountsAccumulator();
    final CountsAccumulator measured = new CountsAccumulator();
    final MetricHistograms histograms = new MetricHistograms();
    final ClientShares shares = new ClientShares();
    List<RequestRecord> records = new ArrayList<>();
    long streamedChunks;
    long lastMeasuredDoneNanos;
    int inFlight;

    void clear() {
        all.reset();
        measured.reset();
        histograms.reset();
        shares.reset();
        records = new ArrayList<>();
        streamedChunks = 0;
        lastMeasuredDoneNanos = 0;
        inFlight = 0;
    }
}
