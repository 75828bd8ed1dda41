package aifactory.engine.recording;

import aifactory.measurement.Metric;
import java.util.EnumMap;
import java.util.Map;

/**
 * Per-request limits. In open loop the times to first token and to the end count from the schedule, so that a
 * server that keeps requests waiting does not look good. Immutable.
 */
final class GoodputObjective {
    private final EnumMap<Metric, Long> limitsNanos = new EnumMap<>(Metric.class);

    /**
     * @param limitsMs by the name of the metric, with or without its unit: {@code ttft}, {@code tpot_ms}, {@code e2el}
     * @throws IllegalArgumentException names a metric that has no value per request
     */
    GoodputObjective(Map<String, Double> limitsMs, boolean openLoop) {
        limitsMs.forEach((name, limit) -> limitsNanos.put(metricOf(name, openLoop), Math.round(limit * 1e6)));
    }

    private static Metric metricOf(String name, boolean openLoop) {
        return switch (name.endsWith("_ms") ? name.substring(0, name.length() - 3) : name) {
            case "ttft" -> openLoop ? Metric.TTFT_FROM_SCHEDULE : Metric.TTFT;
            case "e2el" -> openLoop ? Metric.E2EL_FROM_SCHEDULE : Metric.E2EL;
            case "tpot" -> Metric.TPOT;
            case "ttfo" -> Metric.TTFO;
            default ->
                throw new IllegalArgumentException("goodput: '" + name + "' is not one of ttft, ttfo, tpot, e2el");
        };
    }

    boolean isMet(RequestLatencies latencies) {
        for (Map.Entry<Metric, Long> limit : limitsNanos.entrySet()) {
            if (latencies.of(limit.getKey()) > limit.getValue()) {
                return false;
            }
        }
        return true;
    }
}
