package aifactory.benchmarks;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricHistograms;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunAggregate;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.protocol.BatchFormat;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.IntervalMessage;
import aifactory.protocol.JsonFormat;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * For {@code benchmarks/service}: prints what a client posts in a second, in the binary form as hexadecimal digits, or
 * as JSON with {@code @RUN@} for the run and the numbers 111111111 and 222222222 for the sequence and the second; then
 * how long it takes to add up the intervals of a thousand clients over ten minutes.
 */
public final class SampleBatch {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long SEQUENCE = 111_111_111L;
    private static final long SECOND = 222_222_222L;
    private static final int CLIENTS = 1_000;
    private static final int INTERVALS = 600;
    private static final long SEED = 20_261_126;

    private SampleBatch() {}

    /** Arguments: {@code json REQUESTS}, {@code binary REQUESTS}, or {@code merge}. */
    public static void main(String[] arguments) {
        if (arguments.length == 2 && arguments[0].equals("json")) {
            System.out.println(JsonFormat.mapper()
                    .writeValueAsString(batch("@RUN@", SEQUENCE, SECOND, Integer.parseInt(arguments[1]))));
        } else if (arguments.length == 2 && arguments[0].equals("binary")) {
            System.out.println(
                    HexFormat.of().formatHex(BatchFormat.encode(batch("", 0, 0, Integer.parseInt(arguments[1])))));
        } else if (arguments.length == 1 && arguments[0].equals("merge")) {
            merge();
        } else {
            throw new IllegalArgumentException("json REQUESTS, binary REQUESTS, or merge");
        }
    }

    private static BatchMessage batch(String run, long sequence, long second, int requests) {
        Map<String, byte[]> histograms = new HashMap<>();
        filled(requests)
                .forEach((metric, histogram) -> histograms.put(
                        metric.jsonName(), sequence == SEQUENCE ? histogram.encode() : histogram.encodeBuckets()));
        RequestCounts counts = counts(requests);
        return new BatchMessage(
                run,
                sequence,
                false,
                new IntervalMessage(
                        second * SECOND_NANOS,
                        (second + 1) * SECOND_NANOS,
                        counts,
                        counts,
                        8,
                        requests,
                        histograms,
                        health()),
                LongStream.range(0, requests)
                        .mapToObj(number -> request(second, number))
                        .toList(),
                null);
    }

    private static Map<Metric, LatencyHistogram> filled(int requests) {
        SplittableRandom random = new SplittableRandom(SEED);
        Map<Metric, LatencyHistogram> histograms = new HashMap<>();
        for (Metric metric :
                List.of(Metric.TTFT, Metric.TTFO, Metric.E2EL, Metric.TPOT, Metric.ITL, Metric.SCHEDULE_DELAY)) {
            LatencyHistogram histogram = new LatencyHistogram();
            int samples = metric == Metric.ITL ? 128 * requests : requests;
            for (int i = 0; i < samples; i++) {
                histogram.record(random.nextLong(10_000_000, 60_000_000));
            }
            histograms.put(metric, histogram);
        }
        return histograms;
    }

    private static RequestCounts counts(int requests) {
        return new RequestCounts(
                requests,
                requests,
                requests,
                0,
                0,
                requests,
                requests * 256L,
                requests * 128L,
                requests * 128L,
                Map.of());
    }

    private static ClientHealthSample health() {
        return new ClientHealthSample(
                0.1, 100_000, 0, 200_000, 1_500_000, 50_000, 0, 0, 50, 1024, 50, 28_000, 100 << 20);
    }

    private static RequestRecord request(long second, long number) {
        long scheduled = second * SECOND_NANOS + number * 1_000_000;
        return new RequestRecord(
                number,
                0,
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
                scheduled + 20_000_000,
                scheduled + 20_000_000,
                scheduled + 1_300_000_000,
                256,
                128,
                TokenSource.USAGE,
                128,
                14_000_000,
                200,
                null,
                null);
    }

    /** Ten requests per second from each client. */
    private static void merge() {
        MetricHistograms histograms = new MetricHistograms();
        // As they come from a client.
        filled(10).forEach((metric, histogram) -> histograms.put(metric, LatencyHistogram.decode(histogram.encode())));
        RunAggregate aggregate = new RunAggregate(1);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long startNanos = System.nanoTime();
        long startCpuNanos = threads.getCurrentThreadCpuTime();
        for (int second = 0; second < INTERVALS; second++) {
            IntervalMeasurement interval = new IntervalMeasurement(
                    second * SECOND_NANOS,
                    (second + 1) * SECOND_NANOS,
                    counts(10),
                    counts(10),
                    8,
                    1_280,
                    histograms,
                    health());
            for (int client = 0; client < CLIENTS; client++) {
                aggregate.add(client, interval);
            }
        }
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        double cpuSeconds = (threads.getCurrentThreadCpuTime() - startCpuNanos) / 1e9;
        System.out.printf(
                "%d intervals of %d clients added up in %.2f s, %.2f s of CPU: %d requests%n",
                CLIENTS * INTERVALS,
                CLIENTS,
                seconds,
                cpuSeconds,
                aggregate.measured().completed());
    }
}
