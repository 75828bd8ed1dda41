package aifactory.benchmarks;

import aifactory.engine.EngineSettings;
import aifactory.engine.LoadCompletion;
import aifactory.engine.LoadPlan;
import aifactory.engine.LoadRefusedException;
import aifactory.engine.MeasurementSink;
import aifactory.engine.PreparedLoad;
import aifactory.engine.netty.NettyLoadEngine;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricHistograms;
import aifactory.measurement.MonotonicClock;
import aifactory.measurement.RequestRecord;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.GroupShare;
import aifactory.workload.WorkloadSpecification;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The load engine with some load: {@code EngineClient NAME=VALUE…} with {@code url}; {@code rate} (constant) or
 * {@code concurrency}; {@code warmup} and {@code seconds}; {@code input_tokens}, {@code output_tokens},
 * {@code streaming}; {@code cores}; {@code stamps=process} with which the kernel stamps nothing; and {@code records}, a
 * file for one line for each measured request: index; monotonic times of schedule, start, first chunk and last chunk;
 * chunks; the longest gap between two chunks; when the last byte of the request was handed to the socket; and the
 * client shares of the times to the first chunk and to the end, -1 where they are not known. In nanoseconds.
 *
 * <p>Prints one line of JSON: counts and CPU time of the process in the measured time, latencies of what was measured.
 */
public final class EngineClient {
    private EngineClient() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, LoadRefusedException {
        Map<String, String> values = NamedValues.of(arguments);
        int cores = Integer.parseInt(values.getOrDefault("cores", "1"));
        WorkloadSpecification specification = specification(values);
        Recorder recorder = new Recorder(specification.warmup().toNanos(), values.containsKey("records"));
        EngineSettings settings = EngineSettings.forCores(cores);
        if (values.getOrDefault("stamps", "kernel").equals("process")) {
            settings = settings.withoutKernelStamps();
        }
        try (PreparedLoad load = new NettyLoadEngine(settings, MonotonicClock.SYSTEM, cores)
                .prepare(new LoadPlan(
                        "run",
                        "salt",
                        specification,
                        List.of(URI.create(required(values, "url"))),
                        new GroupShare(0, 1)))) {
            long startNanos = System.nanoTime();
            load.start(startNanos, recorder);
            recorder.ended.await();
            String records = values.get("records");
            if (records != null) {
                recorder.write(Path.of(records), startNanos);
            }
        }
        recorder.report(cores);
    }

    private static WorkloadSpecification specification(Map<String, String> values) {
        String rate = values.get("rate");
        Duration warmup = Duration.ofSeconds(Long.parseLong(values.getOrDefault("warmup", "5")));
        Duration measured = Duration.ofSeconds(Long.parseLong(values.getOrDefault("seconds", "10")));
        return new BenchmarkLoad(
                        rate == null ? ArrivalPattern.CLOSED : ArrivalPattern.CONSTANT,
                        rate == null ? null : Double.valueOf(rate),
                        rate == null ? Integer.parseInt(required(values, "concurrency")) : 1,
                        Boolean.parseBoolean(values.getOrDefault("streaming", "true")),
                        warmup,
                        warmup.plus(measured),
                        Integer.parseInt(values.getOrDefault("input_tokens", "16")),
                        Integer.parseInt(values.getOrDefault("output_tokens", "128")))
                .specification();
    }

    private static String required(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + "=…");
        }
        return value;
    }

    /** Adds up what is measured after the warm-up. */
    private static final class Recorder implements MeasurementSink {
        private final long warmupNanos;
        /** Whether the records are wanted; a client passes them on and forgets them. */
        private final boolean keepsRecords;

        private final OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private final CountDownLatch ended = new CountDownLatch(1);
        private final MetricHistograms histograms = new MetricHistograms();
        private final List<RequestRecord> records = new ArrayList<>();
        private @Nullable Reading first;
        private @Nullable Reading last;
        private long completed;
        private long chunks;
        private long failed;

        private record Reading(long atNanos, long cpuNanos, long completed, long chunks) {}

        Recorder(long warmupNanos, boolean keepsRecords) {
            this.warmupNanos = warmupNanos;
            this.keepsRecords = keepsRecords;
        }

        @Override
        public synchronized void interval(IntervalMeasurement interval, List<RequestRecord> ofInterval) {
            completed += interval.all().completed();
            failed += interval.all().failed();
            chunks += interval.allStreamedChunks();
            if (interval.endNanos() >= warmupNanos) {
                last = new Reading(System.nanoTime(), system.getProcessCpuTime(), completed, chunks);
                first = first == null ? last : first;
            }
            histograms.add(interval.histograms());
            if (keepsRecords) {
                records.addAll(ofInterval);
            }
        }

        @Override
        public void completed(LoadCompletion completion) {
            ended.countDown();
        }

        synchronized void write(Path file, long startNanos) throws IOException {
            try (BufferedWriter out = Files.newBufferedWriter(file)) {
                for (RequestRecord one : records) {
                    Long started = one.startedNanos();
                    Long sent = one.sentNanos();
                    Long firstChunk = one.firstChunkNanos();
                    Long done = one.doneNanos();
                    boolean measured = one.scheduledNanos() >= warmupNanos;
                    if (measured && started != null && sent != null && firstChunk != null && done != null) {
                        out.write(one.index() + " " + (startNanos + one.scheduledNanos()) + " " + (startNanos + started)
                                + " " + (startNanos + firstChunk) + " " + (startNanos + done) + " " + one.chunks() + " "
                                + one.maximumGapNanos() + " " + (startNanos + sent) + " "
                                + orUnknown(one.ttftClientShareNanos()) + " "
                                + orUnknown(one.e2elClientShareNanos()) + "\n");
                    }
                }
            }
        }

        private static long orUnknown(@Nullable Long share) {
            return share == null ? -1 : share;
        }

        synchronized void report(int cores) {
            Reading from = first;
            Reading to = last;
            if (from == null || to == null) {
                throw new IllegalStateException("nothing was measured");
            }
            double seconds = (to.atNanos - from.atNanos) / 1e9;
            double cpuSeconds = (to.cpuNanos - from.cpuNanos) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "{\"client\":\"engine\",\"seconds\":%.3f,\"cpu_seconds\":%.4f,\"share_of_cores\":%.3f,"
                            + "\"requests\":%d,\"chunks\":%d,\"failed\":%d,\"ttft_ms\":%s,\"itl_ms\":%s,"
                            + "\"schedule_delay_ms\":%s}%n",
                    seconds,
                    cpuSeconds,
                    cpuSeconds / seconds / cores,
                    to.completed - from.completed,
                    to.chunks - from.chunks,
                    failed,
                    percentiles(Metric.TTFT),
                    percentiles(Metric.ITL),
                    percentiles(Metric.SCHEDULE_DELAY));
        }

        private String percentiles(Metric metric) {
            LatencyHistogram histogram = histograms.of(metric);
            return String.format(
                    Locale.ROOT,
                    "{\"p50\":%.4f,\"p99\":%.4f}",
                    histogram.percentileNanos(50) / 1e6,
                    histogram.percentileNanos(99) / 1e6);
        }
    }
}
