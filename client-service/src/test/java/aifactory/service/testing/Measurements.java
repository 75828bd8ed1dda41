package aifactory.service.testing;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.IntervalMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** What a client that works without a flaw would have measured. Stateless. */
public final class Measurements {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long TTFT_NANOS = 20_000_000L;
    private static final int TOKENS = 8;

    private Measurements() {}

    /** A batch with one second's measurements and so many requests. */
    public static BatchMessage batch(String runId, int client, long sequence, int requests) {
        return batch(runId, client, sequence, requests, 0);
    }

    /** The last batch of a client that measured for so many seconds. */
    public static BatchMessage last(String runId, long sequence, long seconds, boolean stopped) {
        return new BatchMessage(
                runId,
                sequence,
                true,
                null,
                List.of(),
                new BatchMessage.ClientCompletion(40_000, stopped, null, 0, seconds * SECOND_NANOS, 1, null));
    }

    /** A batch with one second's measurements, in which so many requests were completed and so many refused. */
    public static BatchMessage batch(String runId, int client, long sequence, int requests, int refused) {
        return new BatchMessage(
                runId,
                sequence,
                false,
                interval(sequence, requests, refused),
                records(client, sequence, requests),
                null);
    }

    private static IntervalMessage interval(long second, int requests, int refused) {
        RequestCounts counts = new RequestCounts(
                requests + refused,
                requests + refused,
                requests,
                refused,
                0,
                requests,
                requests * 16L,
                (long) requests * TOKENS,
                requests,
                refused == 0 ? Map.of() : Map.of("connection_refused", (long) refused));
        LatencyHistogram histogram = new LatencyHistogram();
        for (int request = 0; request < requests; request++) {
            histogram.record(TTFT_NANOS + request * 1_000L);
        }
        byte[] encoded = histogram.encode();
        Map<String, byte[]> histograms = new HashMap<>();
        for (Metric metric : List.of(Metric.TTFT, Metric.E2EL, Metric.TPOT, Metric.ITL)) {
            histograms.put(metric.jsonName(), encoded);
        }
        return new IntervalMessage(
                second * SECOND_NANOS,
                (second + 1) * SECOND_NANOS,
                counts,
                counts,
                0,
                requests,
                histograms,
                new ClientHealthSample(
                        0.1, 100_000, 0, 200_000, 1_500_000, 50_000, 0, 0, 50, 1024, 50, 28_000, 100 << 20));
    }

    private static List<RequestRecord> records(int client, long second, int requests) {
        return LongStream.range(0, requests)
                .mapToObj(number -> {
                    long scheduled = second * SECOND_NANOS + number * 1_000_000;
                    return new RequestRecord(
                            client * 1_000_000L + second * 1_000 + number,
                            client,
                            0,
                            null,
                            0,
                            RunPhase.MEASURED,
                            RequestOutcome.COMPLETED,
                            scheduled,
                            0,
                            scheduled,
                            null,
                            scheduled + 50_000,
                            scheduled + TTFT_NANOS,
                            scheduled + TTFT_NANOS,
                            scheduled + 2 * TTFT_NANOS,
                            16,
                            TOKENS,
                            TokenSource.USAGE,
                            TOKENS,
                            1_000_000,
                            200,
                            null,
                            null);
                })
                .toList();
    }
}
