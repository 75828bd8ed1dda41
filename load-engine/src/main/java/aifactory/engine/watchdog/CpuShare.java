package aifactory.engine.watchdog;

import java.util.ArrayDeque;

/**
 * The share of the allotted cores that the process took over the last five seconds. Before five seconds have passed the
 * time that is missing counts as idle, for a second of starting up says nothing; only at the end of a short run is its
 * own length what counts.
 *
 * <p>Not thread-safe.
 */
final class CpuShare {
    private static final long WINDOW_NANOS = 5_000_000_000L;

    private final int cores;
    private final ArrayDeque<Reading> readings = new ArrayDeque<>();

    private record Reading(long atNanos, long cpuNanos) {}

    CpuShare(int cores, long nowNanos, long cpuNanos) {
        this.cores = cores;
        readings.add(new Reading(nowNanos, cpuNanos));
    }

    /**
     * Takes another reading.
     *
     * @param last whether the load has ended
     * @return 1 for all of the cores
     */
    double share(long nowNanos, long cpuNanos, boolean last) {
        readings.addLast(new Reading(nowNanos, cpuNanos));
        Reading then = readings.getFirst();
        while (readings.size() > 2 && nowNanos - second().atNanos() >= WINDOW_NANOS) {
            readings.removeFirst();
            then = readings.getFirst();
        }
        long wall = nowNanos - then.atNanos();
        long counted = last ? wall : Math.max(wall, WINDOW_NANOS);
        return counted <= 0 ? 0 : (double) (cpuNanos - then.cpuNanos()) / counted / cores;
    }

    private Reading second() {
        var iterator = readings.iterator();
        iterator.next();
        return iterator.next();
    }
}
