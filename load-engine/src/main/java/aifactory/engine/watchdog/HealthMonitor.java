package aifactory.engine.watchdog;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.MonotonicClock;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Watches the client process itself while it generates load. What it finds decides whether the figures of the run are the
 * server's or the client's own.
 *
 * <p>Used by one thread, the reporter's.
 */
public final class HealthMonitor implements AutoCloseable {
    private static final long CPU_WINDOW_NANOS = 5_000_000_000L;

    private final MonotonicClock clock;
    private final int cores;
    private final PauseDetector pauses;
    private final GarbageCollectionPauses collections = new GarbageCollectionPauses();
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final ArrayDeque<CpuReading> readings = new ArrayDeque<>();

    private record CpuReading(long atNanos, long cpuNanos) {}

    /**
     * @param cores allotted to this process
     */
    public HealthMonitor(MonotonicClock clock, int cores, List<Pulse> eventLoops) {
        this.clock = clock;
        this.cores = cores;
        this.pauses = new PauseDetector(clock, eventLoops);
        readings.add(new CpuReading(clock.nanoTime(), system.getProcessCpuTime()));
    }

    /**
     * How the process fared since the last call.
     *
     * @param eventLoopLagNanos 99th percentile over the interval
     */
    public ClientHealthSample sample(long eventLoopLagNanos, int sendQueueDepth, long starvedRequests) {
        return new ClientHealthSample(
                cpuShare(),
                eventLoopLagNanos,
                collections.takeLongestNanos(),
                pauses.takeLongestPauseNanos(),
                0,
                0,
                sendQueueDepth,
                starvedRequests,
                openFiles(),
                openFilesLimit(),
                residentBytes());
    }

    /** The share of the allotted cores over the last five seconds, or since the start where that is less. */
    private double cpuShare() {
        CpuReading now = new CpuReading(clock.nanoTime(), system.getProcessCpuTime());
        readings.addLast(now);
        while (readings.size() > 2 && now.atNanos() - secondReading().atNanos() >= CPU_WINDOW_NANOS) {
            readings.removeFirst();
        }
        CpuReading then = readings.getFirst();
        long wall = now.atNanos() - then.atNanos();
        return wall <= 0 ? 0 : (double) (now.cpuNanos() - then.cpuNanos()) / wall / cores;
    }

    private CpuReading secondReading() {
        var iterator = readings.iterator();
        iterator.next();
        return iterator.next();
    }

    /** From Linux 6.2 on the size of the directory is their number; to list it takes milliseconds when there are many. */
    private long openFiles() {
        try {
            long size = Files.size(Path.of("/proc/self/fd"));
            if (size > 0) {
                return size;
            }
        } catch (IOException e) {
            // Then the virtual machine counts them.
        }
        return system instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : 0;
    }

    private long openFilesLimit() {
        return system instanceof UnixOperatingSystemMXBean unix ? unix.getMaxFileDescriptorCount() : 0;
    }

    private static long residentBytes() {
        try {
            String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
            return Long.parseLong(pages[1]) * 4096;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        pauses.close();
        collections.close();
    }
}
