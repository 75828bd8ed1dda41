package aifactory.client.testing;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricHistograms;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measurements as an engine would deliver them. */
public final class SampleMeasurements {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long LATENCY_NANOS = 250_000_000L;

    private SampleMeasurements() {}

    /** The interval of that second, with so many completed requests. */
    public static IntervalMeasurement interval(int second, int requests) {
        MetricHistograms histograms = new MetricHistograms();
        for (int request = 0; request < requests; request++) {
            histograms.record(Metric.E2EL, LATENCY_NANOS);
        }
        RequestCounts counts = new RequestCounts(
                requests, requests, requests, 0, 0, requests, 10L * requests, 20L * requests, 20L * requests, Map.of());
        return new IntervalMeasurement(
                second * SECOND_NANOS,
                (second + 1) * SECOND_NANOS,
                counts,
                counts,
                3,
                20L * requests,
                histograms,
                new ClientHealthSample(0.25, 100_000, 0, 0, 0, 0, 0, 0, 20, 1024, 5, 28_232, 50 << 20));
    }

    /** Records with consecutive indices. */
    public static List<RequestRecord> records(int firstIndex, int count) {
        List<RequestRecord> records = new ArrayList<>();
        for (int index = firstIndex; index < firstIndex + count; index++) {
            records.add(new RequestRecord(
                    index,
                    0,
                    0,
                    null,
                    0,
                    RunPhase.MEASURED,
                    RequestOutcome.COMPLETED,
                    index * 1_000L,
                    0,
                    index * 1_000L,
                    null,
                    index * 1_000L + 10,
                    index * 1_000L + 20,
                    index * 1_000L + 20,
                    index * 1_000L + LATENCY_NANOS,
                    10,
                    20,
                    TokenSource.USAGE,
                    20,
                    5,
                    200,
                    null,
                    null));
        }
        return records;
    }
}
