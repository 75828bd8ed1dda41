package aifactory.commandline.load;

import aifactory.commandline.failure.NearestName;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunSummary;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A limit on one figure of a metric, written {@code ttft_ms.p99: 500}.
 *
 * @param limitMilliseconds the largest value that meets it
 */
public record ServiceLevel(Metric metric, String statistic, double limitMilliseconds) {
    private static final Map<String, ToDoubleFunction<MetricSummary>> STATISTICS = statistics();

    /**
     * Reads a limit.
     *
     * @throws IllegalArgumentException names what is not known and what is near
     */
    public static ServiceLevel parse(String key, double limitMilliseconds) {
        int dot = key.indexOf('.');
        String metricName = dot < 0 ? key : key.substring(0, dot);
        String statistic = dot < 0 ? "" : key.substring(dot + 1);
        List<String> metrics =
                Arrays.stream(Metric.values()).map(Metric::jsonName).toList();
        Metric metric = Metric.ofJsonName(metricName)
                .orElseThrow(() -> unknown(key, "metric '" + metricName + "'", metricName, metrics));
        if (!STATISTICS.containsKey(statistic)) {
            throw unknown(key, "statistic '" + statistic + "'", statistic, List.copyOf(STATISTICS.keySet()));
        }
        if (!(limitMilliseconds >= 0)) {
            throw new IllegalArgumentException(
                    "'" + key + ": " + limitMilliseconds + "' is not a limit: give milliseconds");
        }
        return new ServiceLevel(metric, statistic, limitMilliseconds);
    }

    /** Holds the run against the limit. A metric without samples does not meet it. */
    public RunSummary.ServiceLevel judge(RunSummary summary) {
        MetricSummary measured = summary.metrics().get(metric.jsonName());
        ToDoubleFunction<MetricSummary> figure = STATISTICS.get(statistic);
        Double value =
                measured == null || measured.count() == 0 || figure == null ? null : figure.applyAsDouble(measured);
        boolean met = value != null && value <= limitMilliseconds;
        return new RunSummary.ServiceLevel(metric.jsonName(), statistic, limitMilliseconds, value, met);
    }

    /** What to say when the run does not meet the limit; empty when it does. */
    public Optional<String> missedBy(RunSummary summary) {
        RunSummary.ServiceLevel level = judge(summary);
        String name = level.metric() + "." + level.statistic();
        if (level.measuredMs() == null) {
            return Optional.of(name + " was not measured");
        }
        return level.met()
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT, "%s is %.3f, the limit is %.3f", name, level.measuredMs(), limitMilliseconds));
    }

    private static IllegalArgumentException unknown(String key, String what, String given, List<String> known) {
        return new IllegalArgumentException("'" + key + "': unknown " + what + ": "
                + NearestName.of(given, known)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("known are " + String.join(", ", known)));
    }

    private static Map<String, ToDoubleFunction<MetricSummary>> statistics() {
        Map<String, ToDoubleFunction<MetricSummary>> statistics = new LinkedHashMap<>();
        statistics.put("mean", MetricSummary::mean);
        statistics.put("min", MetricSummary::min);
        statistics.put("p50", MetricSummary::p50);
        statistics.put("p90", MetricSummary::p90);
        statistics.put("p95", MetricSummary::p95);
        statistics.put("p99", MetricSummary::p99);
        statistics.put("p99_9", MetricSummary::p99_9);
        statistics.put("max", MetricSummary::max);
        return statistics;
    }
}
