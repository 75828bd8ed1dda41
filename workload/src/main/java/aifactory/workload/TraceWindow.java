package aifactory.workload;

import java.time.Duration;

/**
 * A part of a trace.
 *
 * @param start since the beginning of the trace, inclusive
 * @param end since the beginning of the trace, exclusive
 */
public record TraceWindow(Duration start, Duration end) {
    /**
     * Reads {@code 10m..20m}.
     *
     * @throws IllegalArgumentException names the text and the form it should have
     */
    public static TraceWindow parse(String text) {
        String[] parts = text.strip().split("\\.\\.", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("'" + text + "' is not a window: give two times such as 10m..20m");
        }
        Duration start =
                parts[0].isBlank() || parts[0].strip().equals("0") ? Duration.ZERO : DurationText.parse(parts[0]);
        Duration end = parts[1].isBlank() ? Duration.ofDays(36_500) : DurationText.parse(parts[1]);
        if (start.compareTo(end) >= 0) {
            throw new IllegalArgumentException("'" + text + "' is empty: the second time has to be after the first");
        }
        return new TraceWindow(start, end);
    }
}
