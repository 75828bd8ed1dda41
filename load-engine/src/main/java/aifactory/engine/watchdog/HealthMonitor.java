package aifactory.engine.watchdog;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.MonotonicClock;
import java.nio.file.Path;
import java.util.List;

/**
 * Watches the client process itself while it generates load. What it finds decides whether the figures of the run are
 * the server's or the client's own.
 *
 * <p>Used by one thread, the reporter's.
 */
public final class HealthMonitor implements AutoCloseable {
    private final MonotonicClock clock;
    private final ProcessProbe probe;
    private final int targets;
    private final PauseDetector pauses;
    private final GarbageCollectionPauses collections = new GarbageCollectionPauses();
    private final CpuShare cpu;
    private final SustainedDepth sendQueue = new SustainedDepth();

    /**
     * What the event loops tell at the end of an interval.
     *
     * @param lagNanos 99th percentile over the interval of how late they ran
     * @param sendQueueDepth requests that wait for their turn to open a connection
     * @param starvedRequests requests that became due before they were encoded
     * @param connections that are open or being opened
     */
    public record LoopReadings(long lagNanos, int sendQueueDepth, long starvedRequests, int connections) {}

    /**
     * @param cores allotted to this process
     * @param targets AI servers over which the connections are spread
     */
    public HealthMonitor(MonotonicClock clock, int cores, int targets, List<Pulse> eventLoops) {
        this(clock, cores, targets, eventLoops, new LinuxProbe(Path.of("/proc")));
    }

    HealthMonitor(MonotonicClock clock, int cores, int targets, List<Pulse> eventLoops, ProcessProbe probe) {
        this.clock = clock;
        this.probe = probe;
        this.targets = targets;
        this.pauses = new PauseDetector(clock, eventLoops);
        this.cpu = new CpuShare(cores, clock.nanoTime(), probe.cpuNanos());
    }

    /**
     * How the process fared since the last call.
     *
     * @param last whether the load has ended
     */
    public ClientHealthSample sample(LoopReadings loops, boolean last) {
        long now = clock.nanoTime();
        // Ports in TIME_WAIT are not reported per server: they are attributed to this load.
        long ports = (loops.connections() + probe.closingConnections()) / targets;
        return new ClientHealthSample(
                cpu.share(now, probe.cpuNanos(), last),
                loops.lagNanos(),
                collections.takeLongestNanos(),
                pauses.takeLongestPauseNanos(),
                0,
                0,
                sendQueue.least(now, loops.sendQueueDepth()),
                loops.starvedRequests(),
                probe.openFiles(),
                probe.openFilesLimit(),
                ports,
                probe.localPorts(),
                probe.residentBytes());
    }

    @Override
    public void close() {
        pauses.close();
        collections.close();
    }
}
