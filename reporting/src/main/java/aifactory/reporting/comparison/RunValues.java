package aifactory.reporting.comparison;

import aifactory.protocol.RunSummary;
import java.util.LinkedHashMap;
import java.util.Map;

/** The metrics of a whole run by their names, as conditions and trends use them. Stateless. */
public final class RunValues {
    private RunValues() {}

    /** Those that the run has. */
    public static Map<String, Double> of(RunSummary summary) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (RunMetric metric : RunMetric.values()) {
            double value = metric.of(summary);
            if (Double.isFinite(value)) {
                values.put(metric.jsonName(), value);
            }
        }
        return values;
    }

    /** Whether less of a metric is better: all latencies, failed requests and energy. */
    public static boolean isLessBetter(String name) {
        return RunMetric.ofJsonName(name)
                .map(metric -> metric.better() == RunMetric.Better.LESS)
                .orElse(true);
    }
}
