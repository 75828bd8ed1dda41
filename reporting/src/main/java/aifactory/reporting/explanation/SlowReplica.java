package aifactory.reporting.explanation;

import aifactory.measurement.MetricSummary;
import aifactory.protocol.Finding;
import aifactory.protocol.RunResult;
import aifactory.reporting.Figures;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One AI server that is slower than the others of the run, by more than chance explains. Stateless. */
final class SlowReplica {
    private static final double SLOW_REPLICA = 1.25;
    private static final double STANDARD_ERRORS = 4;
    private static final int FEWEST_REQUESTS = 30;

    private SlowReplica() {}

    /**
     * @param parts by AI server
     */
    static @Nullable Finding find(List<RunResult.Part> parts) {
        if (parts.size() < 2) {
            return null;
        }
        for (String metric : List.of("ttft_ms", "tpot_ms", "e2el_ms")) {
            for (RunResult.Part part : parts) {
                MetricSummary own = part.metrics().get(metric);
                List<MetricSummary> others = parts.stream()
                        .filter(other -> other.number() != part.number())
                        .map(other -> other.metrics().get(metric))
                        .filter(Objects::nonNull)
                        .filter(other -> other.count() >= FEWEST_REQUESTS)
                        .toList();
                if (own == null || own.count() < FEWEST_REQUESTS || others.size() < parts.size() - 1) {
                    continue;
                }
                double mean = others.stream()
                        .mapToDouble(MetricSummary::mean)
                        .average()
                        .orElse(0);
                double highest =
                        others.stream().mapToDouble(MetricSummary::mean).max().orElse(0);
                double error = Math.sqrt(own.std() * own.std() / own.count()
                        + others.stream()
                                .mapToDouble(o -> o.std() * o.std() / o.count())
                                .max()
                                .orElse(0));
                if (own.mean() >= SLOW_REPLICA * mean && own.mean() - highest > STANDARD_ERRORS * error) {
                    return new Finding(
                            "replica_slow",
                            "The server " + part.name() + " is slower than the others: mean "
                                    + metric.substring(0, metric.indexOf('_')).toUpperCase(Locale.ROOT) + " "
                                    + Figures.of(own.mean()) + " ms against " + Figures.of(mean) + " ms.",
                            own.mean() / mean,
                            "times the others",
                            "Compare its node, GPU clocks and arguments with those of the others.");
                }
            }
        }
        return null;
    }
}
