package aifactory.benchmarks;

import aifactory.engine.EngineSettings;
import aifactory.engine.LoadCompletion;
import aifactory.engine.LoadPlan;
import aifactory.engine.LoadRefusedException;
import aifactory.engine.MeasurementSink;
import aifactory.engine.PreparedLoad;
import aifactory.engine.netty.NettyLoadEngine;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.MonotonicClock;
import aifactory.measurement.RequestRecord;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.GroupShare;
import aifactory.workload.WorkloadSpecification;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The whole load engine against the floor's server:
 * {@code EngineFloorClient PORT CONNECTIONS WARMUP_SECONDS MEASURED_SECONDS [process]}; with {@code process} the kernel
 * stamps nothing. Prints one JSON line with the CPU time of the whole process per chunk, and the chunks of its whole
 * life as the engine and the server have counted them. Ends with 1 when these differ or a request has failed.
 */
public final class EngineFloorClient {
    private EngineFloorClient() {}

    public static void main(String[] arguments) throws InterruptedException, LoadRefusedException, IOException {
        int port = Integer.parseInt(arguments[0]);
        int connections = Integer.parseInt(arguments[1]);
        int warmupSeconds = Integer.parseInt(arguments[2]);
        int measuredSeconds = Integer.parseInt(arguments[3]);
        WorkloadSpecification specification = new BenchmarkLoad(
                        ArrivalPattern.CLOSED, null, connections, true, Duration.ZERO, null, 1, 1)
                .specification();
        boolean processStamps = arguments.length > 4 && arguments[4].equals("process");
        EngineSettings settings =
                processStamps ? EngineSettings.forCores(1).withoutKernelStamps() : EngineSettings.forCores(1);
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
            Sent sent = stopServer(port);
            counter.awaitChunks(sent.chunks);
            load.stop();
            counter.ended.await();
            report(connections, before, after, counter, sent);
            if (counter.chunks() != sent.chunks || counter.failed.get() != 0) {
                System.exit(1);
            }
        }
    }

    /** Has the server end every answer properly; what it has sent then is all that the engine must have counted. */
    private static Sent stopServer(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("STOP\n".getBytes(StandardCharsets.US_ASCII));
            String[] words = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine()
                    .split(" ");
            return new Sent(Long.parseLong(words[1]), Long.parseLong(words[3]));
        }
    }

    /** What the server has sent in all, and could not send because a socket was full. */
    private record Sent(long chunks, long skipped) {}

    private static void report(int connections, Reading before, Reading after, Counter counter, Sent sent) {
        long chunks = after.chunks - before.chunks;
        double seconds = (after.atNanos - before.atNanos) / 1e9;
        StringBuilder purposes = new StringBuilder();
        ThreadTimes.between(before.threads, after.threads)
                .forEach((purpose, nanos) -> purposes.append(String.format(
                        Locale.ROOT,
                        ",\"%s_us_per_chunk\":%.3f",
                        purpose.name().toLowerCase(Locale.ROOT),
                        nanos / 1e3 / chunks)));
        System.out.printf(
                Locale.ROOT,
                "{\"client\":\"engine\",\"connections\":%d,\"chunks_per_second\":%.0f,\"us_per_chunk\":%.3f%s,"
                        + "\"failed\":%d,\"resident_mb\":%d,\"allocated_bytes_per_chunk\":%.1f,"
                        + "\"chunks_received\":%d,\"chunks_sent\":%d,\"chunks_skipped\":%d}%n",
                connections,
                chunks / seconds,
                (after.cpuNanos - before.cpuNanos) / 1e3 / chunks,
                purposes,
                counter.failed.get(),
                counter.residentBytes.get() >> 20,
                (double) (after.allocatedBytes - before.allocatedBytes) / chunks,
                counter.chunks(),
                sent.chunks,
                sent.skipped);
    }

    private record Reading(
            long atNanos, long cpuNanos, Map<String, ThreadTimes.Time> threads, long chunks, long allocatedBytes) {}

    /** Counts the chunks of each interval as the engine reports them; a reading is taken at the end of an interval. */
    private static final class Counter implements MeasurementSink {
        private final OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private final CountDownLatch ended = new CountDownLatch(1);
        private final AtomicLong failed = new AtomicLong();
        private final AtomicLong residentBytes = new AtomicLong();
        private long chunks;
        private Reading latest = new Reading(0, 0, Map.of(), 0, 0);

        @Override
        public synchronized void interval(IntervalMeasurement interval, List<RequestRecord> records) {
            chunks += interval.allStreamedChunks();
            failed.addAndGet(interval.all().failed());
            residentBytes.accumulateAndGet(interval.health().residentBytes(), Math::max);
            long allocated = ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                    .getTotalThreadAllocatedBytes();
            latest = new Reading(System.nanoTime(), system.getProcessCpuTime(), ThreadTimes.read(), chunks, allocated);
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

        /** Waits until that many chunks have been counted, or no chunk has arrived for a whole interval. */
        synchronized void awaitChunks(long expected) throws InterruptedException {
            long old;
            do {
                old = chunks;
                reading();
            } while (chunks < expected && chunks != old);
        }

        synchronized long chunks() {
            return chunks;
        }

        @Override
        public void completed(LoadCompletion completion) {
            ended.countDown();
        }
    }
}
