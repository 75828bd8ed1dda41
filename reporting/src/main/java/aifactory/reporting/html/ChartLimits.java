package aifactory.reporting.html;

import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import aifactory.reporting.WorkloadFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The limits of a run as lines of charts: service levels of the whole run, and objectives of each request. Stateless.
 */
final class ChartLimits {
    private ChartLimits() {}

    /** Those on metrics of that prefix, {@code ttft} or {@code itl}. */
    static List<LineChart.Limit> of(RunSummary summary, String prefix) {
        List<LineChart.Limit> limits = new ArrayList<>();
        if (summary.slo() != null) {
            for (RunSummary.ServiceLevel level : summary.slo()) {
                if (level.metric().startsWith(prefix)) {
                    limits.add(new LineChart.Limit(
                            level.limitMs(), "SLO " + level.statistic() + " " + Figures.plain(level.limitMs())));
                }
            }
        }
        for (Map.Entry<String, Double> objective :
                new WorkloadFacts(summary).objectives().entrySet()) {
            if (objective.getKey().startsWith(prefix)) {
                limits.add(new LineChart.Limit(objective.getValue(), "goodput " + Figures.plain(objective.getValue())));
            }
        }
        return limits;
    }
}
