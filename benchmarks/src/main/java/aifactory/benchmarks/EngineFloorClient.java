package aifactory.benchmarks;

import aifactory.engine.EngineSettings;
import aifactory.engine.LoadCompletion;
import aifactory.engine.LoadPlan;
import aifactory.engine.LoadRefusedException;
import aifactory.engine.MeasurementSink;
import aifactory.engine.NettyLoadEngine;
import aifactory.engine.PreparedLoad;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.MonotonicClock;
import aifactory.measurement.RequestRecord;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.Endpoint;
import aifactory.workload.GroupShare;
import aifactory.workload.LengthDistribution;
import aifactory.workload.WorkloadSpecification;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The whole load engine against the floor's server: {@code EngineFloorClient PORT CONNECTIONS WARMUP_SECONDS MEASURED_SECONDS}.
 * Prints one JSON line with the CPU time of the whole process per chunk.
 */
public final class EngineFloorClient {
    private EngineFloorClient() {}

    public static void main(String[] arguments) throws InterruptedException, LoadRefusedException {
        int port = Integer.parseInt(arguments[0]);
        int connections = Integer.parseInt(arguments[1]);
        int warmupSeconds = Integer.parseInt(arguments[2]);
        int measuredSeconds = Integer.parseInt(arguments[3]);
        WorkloadSpecification specification = endlessStreams(connections);
        EngineSettings settings = EngineSettings.forCores(1);
        Counter counter = new Counter();
        try (PreparedLoad load = new NettyLoadEngine(settings, MonotonicClock.SYSTEM, 1)
                .prepare(new LoadPlan(
                        "floor",
                        "floor",
                        specification,
                        List.of(URI.create("http://127.0.0.1:" + port)),
                        new GroupShare(0, 1)))) {
            load.start(System.nanoTime(), counter);
            TimeUnit.SECONDS.sleep(warmupSeconds);
            Reading before = counter.reading();
            TimeUnit.SECONDS.sleep(measuredSeconds);
            Reading after = counter.reading();
            load.stop();
            counter.ended.await();
            report(connections, before, after, counter.failed.get(), counter.residentBytes.get());
        }
    }

    private static WorkloadSpecification endlessStreams(int connections) {
        return new WorkloadSpecification(
                Endpoint.CHAT,
                true,
                "floor",
                ArrivalPattern.CLOSED,
                null,
                1,
                1,
                connections,
                Duration.ZERO,
                List.of(),
                null,
                null,
                Duration.ZERO,
                Duration.ZERO,
                LengthDistribution.constant(1),
                LengthDistribution.constant(1),
                false,
                null,
                null,
                null,
                Duration.ZERO,
                0,
                Duration.ofHours(1),
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                0,
                false,
                Map.of());
    }

    private static void report(int connections, Reading before, Reading after, long failed, long residentBytes) {
        long chunks = after.chunks - before.chunks;
        double seconds = (after.atNanos - before.atNanos) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "{\"client\":\"engine\",\"connections\":%d,\"chunks_per_second\":%.0f,\"us_per_chunk\":%.3f,"
                        + "\"cpu_share\":%.3f,\"failed\":%d,\"resident_mb\":%d,\"allocated_bytes_per_chunk\":%.1f}%n",
                connections,
                chunks / seconds,
                (after.cpuNanos - before.cpuNanos) / 1e3 / chunks,
                (after.cpuNanos - before.cpuNanos) / 1e9 / seconds,
                failed,
                residentBytes >> 20,
                (double) (after.allocatedBytes - before.allocatedBytes) / chunks);
    }

    private record Reading(long atNanos, long cpuNanos, long chunks, long allocatedBytes) {}

    /** Counts the chunks of each interval as the engine reports them; a reading is taken at the end of an interval. */
    private static final class Counter implements MeasurementSink {
        private final OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private final CountDownLatch ended = new CountDownLatch(1);
        private final AtomicLong failed = new AtomicLong();
        private final AtomicLong residentBytes = new AtomicLong();
        private long chunks;
        private Reading latest = new Reading(0, 0, 0, 0);

        @Override
        public synchronized void interval(IntervalMeasurement interval, List<RequestRecord> records) {
            chunks += interval.allStreamedChunks();
            failed.addAndGet(interval.all().failed());
            residentBytes.set(interval.health().residentBytes());
            long allocated = ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                    .getTotalThreadAllocatedBytes();
            latest = new Reading(System.nanoTime(), system.getProcessCpuTime(), chunks, allocated);
            notifyAll();
        }

        /** The reading at the end of the next interval. */
        synchronized Reading reading() throws InterruptedException {
            long old = latest.atNanos;
            while (latest.atNanos == old) {
                wait();
            }
            return latest;
        }

        @Override
        public void completed(LoadCompletion completion) {
            ended.countDown();
        }
    }
}
