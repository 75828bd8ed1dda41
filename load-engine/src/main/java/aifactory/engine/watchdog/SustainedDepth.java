package aifactory.engine.watchdog;

import java.util.ArrayDeque;

/**
 * The least depth of a queue over the last five seconds: what a queue holds for a moment is its purpose, what it holds
 * on end is a backlog. 0 until five seconds have passed.
 *
 * <p>Not thread-safe.
 */
final class SustainedDepth {
    private static final long WINDOW_NANOS = 5_000_000_000L;

    private final ArrayDeque<Reading> readings = new ArrayDeque<>();

    private record Reading(long atNanos, int depth) {}

    int least(long nowNanos, int depth) {
        readings.addLast(new Reading(nowNanos, depth));
        boolean whole = false;
        while (nowNanos - readings.getFirst().atNanos() >= WINDOW_NANOS) {
            Reading oldest = readings.removeFirst();
            if (readings.isEmpty() || nowNanos - readings.getFirst().atNanos() < WINDOW_NANOS) {
                readings.addFirst(oldest);
                whole = true;
                break;
            }
        }
        return whole ? readings.stream().mapToInt(Reading::depth).min().orElse(0) : 0;
    }
}
