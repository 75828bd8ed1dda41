package aifactory.benchmarks;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricHistograms;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunAggregate;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.measurement.ValidityLimits;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.RunFacts;
import aifactory.reporting.files.RunFiles;
import aifactory.reporting.records.RequestRecordFile;
import aifactory.reporting.records.RequestRecordWriter;
import aifactory.reporting.result.RunResultBuilder;
import aifactory.workload.WorkloadSpecification;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of a run of a million requests of the run's records, as {@code aifactory report} does after it has
 * fetched them. Arguments: a directory, and how many requests. Prints seconds, CPU seconds, and the size of what was
 * written.
 */
final class ReportMillion {
    private static final int CLIENTS = 4;
    private static final int REQUESTS_PER_SECOND = 2_000;
    private static final long SECOND = 1_000_000_000L;
    private static final long SEED = 7;

    private ReportMillion() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        int requests = Integer.parseInt(arguments[1]);
        Files.createDirectories(directory);
        Path fetched = directory.resolve("fetched.jsonl");
        RunAggregate aggregate = new RunAggregate(1);
        measure(fetched, requests, aggregate);
        long start = System.nanoTime();
        long cpu = cpuNanos();
        RunResult result = RunResultBuilder.build(facts(aggregate, requests));
        RunFiles.write(directory.resolve("files"), result, new RequestRecordFile(fetched));
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuSeconds = (cpuNanos() - cpu) / 1e9;
        Path files = directory.resolve("files");
        long read = count(new RequestRecordFile(files.resolve(RunFiles.RECORDS)));
        System.out.printf(
                "%d records: files written in %.1f s (%.1f s of CPU), report.html %d bytes%n",
                read, seconds, cpuSeconds, Files.size(files.resolve(RunFiles.REPORT)));
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static long count(RequestRecordSource source) throws IOException {
        try (RequestRecordSource.Pass pass = source.open()) {
            long count = 0;
            while (pass.next() != null) {
                count++;
            }
            return count;
        }
    }

    /** Second by second, as clients would post it. */
    private static void measure(Path file, int requests, RunAggregate aggregate) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        try (RequestRecordWriter writer =
                RequestRecordWriter.plain(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
            for (int index = 0; index < requests; ) {
                int second = index / REQUESTS_PER_SECOND;
                Map<Integer, List<RequestRecord>> byClient = new HashMap<>();
                int end = Math.min(requests, (second + 1) * REQUESTS_PER_SECOND);
                for (; index < end; index++) {
                    RequestRecord record = record(index, random);
                    writer.write(record);
                    byClient.computeIfAbsent(record.client(), client -> new ArrayList<>())
                            .add(record);
                }
                byClient.forEach((client, records) -> {
                    aggregate.add(client, interval(second, records));
                    aggregate.addRecords(records);
                });
            }
        }
    }

    private static RequestRecord record(int index, SplittableRandom random) {
        long scheduled = index * (SECOND / REQUESTS_PER_SECOND);
        long started = scheduled + 20_000;
        long first = started + (long) (50e6 * Math.exp(0.3 * random.nextGaussian()));
        int tokens = 32 + random.nextInt(64);
        long done = first + tokens * 10_000_000L;
        return new RequestRecord(
                index,
                index % CLIENTS,
                0,
                null,
                0,
                RunPhase.MEASURED,
                RequestOutcome.COMPLETED,
                scheduled,
                0,
                started,
                null,
                started + 60_000,
                first,
                first,
                done,
                256,
                tokens,
                TokenSource.USAGE,
                tokens,
                30_000_000,
                200,
                null,
                null);
    }

    private static IntervalMeasurement interval(int second, List<RequestRecord> records) {
        MetricHistograms histograms = new MetricHistograms();
        long tokens = 0;
        for (RequestRecord record : records) {
            long first = value(record.firstChunkNanos());
            long done = value(record.doneNanos());
            long started = value(record.startedNanos());
            histograms.record(Metric.TTFT, first - started);
            histograms.record(Metric.E2EL, done - started);
            histograms.record(Metric.TPOT, 10_000_000);
            histograms.record(Metric.ITL, 10_000_000);
            histograms.record(Metric.SCHEDULE_DELAY, started - record.scheduledNanos());
            tokens += record.outputTokens();
        }
        int n = records.size();
        RequestCounts counts = new RequestCounts(n, n, n, 0, 0, n, n * 256L, tokens, tokens, Map.of());
        ClientHealthSample health =
                new ClientHealthSample(0.3, 100_000, 0, 1_000_000, 0, 100_000, 0, 0, 80, 1024, 64, 28_232, 300_000_000);
        return new IntervalMeasurement(
                second * SECOND, (second + 1) * SECOND, counts, counts, n, tokens, histograms, health);
    }

    private static long value(@Nullable Long stamp) {
        return stamp == null ? 0 : stamp;
    }

    private static RunFacts facts(RunAggregate aggregate, int requests) {
        long end = (long) requests / REQUESTS_PER_SECOND * SECOND;
        Map<Integer, String> names = new HashMap<>();
        List<RunFacts.ClientWindow> windows = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            names.put(client, "node" + client);
            windows.add(new RunFacts.ClientWindow(0, end));
        }
        RunSummary.Provenance provenance = new RunSummary.Provenance(
                "0",
                "0",
                "0",
                SEED,
                Map.of("arrival_pattern", "constant"),
                "2026-11-26T00:00:00Z",
                "2026-11-26T00:10:00Z",
                List.of("http://node:8000"),
                null,
                Map.of(),
                0,
                null);
        return new RunFacts(
                1,
                "million",
                RunState.COMPLETED,
                WorkloadSpecification.closedLoop(CLIENTS),
                aggregate,
                ValidityLimits.DEFAULTS,
                windows,
                names,
                List.of("http://node:8000"),
                CLIENTS,
                CLIENTS,
                List.of(),
                provenance,
                null);
    }
}
