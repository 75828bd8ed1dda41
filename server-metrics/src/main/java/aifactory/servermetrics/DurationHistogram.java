package aifactory.servermetrics;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Durations as a server counts them. Immutable.
 *
 * @param count how many; null where a server reports their sum alone
 * @param sumSeconds of all
 * @param buckets number of durations up to a bound in seconds, cumulative; empty where a server reports none
 */
public record DurationHistogram(@Nullable Double count, double sumSeconds, NavigableMap<Double, Double> buckets) {

    public DurationHistogram {
        buckets = Collections.unmodifiableNavigableMap(new TreeMap<>(buckets));
    }

    /**
     * What was added since an earlier response of the same server. If the server was restarted in between, which shows
     * as a count that became smaller, everything since the restart.
     */
    public DurationHistogram since(DurationHistogram earlier) {
        Double now = count;
        Double before = earlier.count;
        boolean restarted = sumSeconds < earlier.sumSeconds || (now != null && before != null && now < before);
        if (restarted || (now == null) != (before == null)) {
            return this;
        }
        NavigableMap<Double, Double> changes = new TreeMap<>();
        if (buckets.keySet().equals(earlier.buckets.keySet())) {
            buckets.forEach((bound, number) ->
                    changes.put(bound, Math.max(0, number - earlier.buckets.getOrDefault(bound, 0.0))));
        }
        return new DurationHistogram(
                now == null || before == null ? null : now - before, sumSeconds - earlier.sumSeconds, changes);
    }

    /** Both together. Buckets are kept if both have the same bounds, or one has none. */
    public DurationHistogram plus(DurationHistogram other) {
        Double own = count;
        Double others = other.count;
        NavigableMap<Double, Double> sums = new TreeMap<>();
        if (buckets.isEmpty() || other.buckets.isEmpty() || buckets.keySet().equals(other.buckets.keySet())) {
            sums.putAll(buckets);
            other.buckets.forEach((bound, number) -> sums.merge(bound, number, Double::sum));
        }
        return new DurationHistogram(
                own == null || others == null ? null : own + others, sumSeconds + other.sumSeconds, sums);
    }

    /** Mean duration in seconds; null without any duration, or where the server does not report how many there were. */
    public @Nullable Double meanSeconds() {
        Double number = count;
        return number == null || number <= 0 ? null : sumSeconds / number;
    }
}
