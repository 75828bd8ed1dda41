package aifactory.client.delivery;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricHistograms;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.protocol.BatchMessage;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Encodes batches that go nowhere before the first run. Encoding the first real one would load and compile hundreds of
 * classes during the measured window, at the expense of the event loops.
 */
public final class DeliveryWarmUp {
    private static final int BATCHES = 20;
    private static final int RECORDS = 50;
    private static final long LATENCY_NANOS = 10_000_000;

    private DeliveryWarmUp() {}

    /** Blocks for some tenths of a second. */
    public static void run() {
        IntervalMeasurement interval = interval();
        for (int i = 0; i < BATCHES; i++) {
            for (List<RequestRecord> part : BatchEncoder.split(Collections.nCopies(RECORDS, request()), RECORDS / 2)) {
                BatchEncoder.encode(new BatchMessage(
                        "warm-up", i, false, BatchEncoder.message(interval, interval.health()), part, null));
            }
        }
    }

    private static IntervalMeasurement interval() {
        MetricHistograms histograms = new MetricHistograms();
        for (Metric metric : Metric.values()) {
            histograms.record(metric, LATENCY_NANOS);
        }
        RequestCounts counts = new RequestCounts(1, 1, 1, 0, 0, 1, 1, 1, 1, Map.of());
        return new IntervalMeasurement(
                0,
                1,
                counts,
                counts,
                1,
                1,
                histograms,
                new ClientHealthSample(0.5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
    }

    private static RequestRecord request() {
        return new RequestRecord(
                1,
                0,
                0,
                null,
                0,
                RunPhase.MEASURED,
                RequestOutcome.COMPLETED,
                1,
                0,
                1L,
                1L,
                1L,
                1L,
                1L,
                1L,
                1,
                1,
                TokenSource.USAGE,
                1,
                1,
                200,
                null,
                null);
    }
}
