package aifactory.servermetrics;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one response of a server contains, in the vocabulary. Immutable.
 *
 * @param engine whose metrics these are, for instance {@code vLLM}
 * @param values gauges, shares and counters
 * @param durations histograms
 * @param truncated whether series were dropped since there were too many
 */
public record ServerReading(
        String engine,
        Map<ServerFigure, Double> values,
        Map<ServerFigure, DurationHistogram> durations,
        boolean truncated) {

    public ServerReading {
        values = copy(values);
        durations = copy(durations);
    }

    private static <V> Map<ServerFigure, V> copy(Map<ServerFigure, V> map) {
        return Collections.unmodifiableMap(map.isEmpty() ? new EnumMap<>(ServerFigure.class) : new EnumMap<>(map));
    }

    /** A gauge, share or counter; null where it is not reported. */
    public @Nullable Double value(ServerFigure figure) {
        return values.get(figure);
    }
}
