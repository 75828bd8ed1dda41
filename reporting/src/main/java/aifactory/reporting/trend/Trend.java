package aifactory.reporting.trend;

import aifactory.reporting.comparison.RunValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A metric over the runs of a benchmark.
 *
 * @param metric {@code ttft_ms.p99} or {@code request_throughput}
 * @param runs the oldest first; without those that do not have the metric
 * @param changes in the order of the runs
 */
public record Trend(String metric, List<Run> runs, List<Change> changes) {
    public Trend {
        runs = List.copyOf(runs);
        changes = List.copyOf(changes);
    }

    /**
     * A run of the series.
     *
     * @param title what the user calls it
     * @param startedAt ISO 8601
     * @param serverVersion as the AI server reported it; null where it did not
     */
    public record Run(
            String runId,
            String title,
            String startedAt,
            double value,
            @Nullable String serverVersion,
            String clientVersion) {}

    /**
     * A change of the level.
     *
     * @param run index of the first run of the new level
     * @param worse whether the new level is worse
     * @param serverVersionBefore of the run before; null where it is not known
     */
    public record Change(
            int run,
            String runId,
            String startedAt,
            double before,
            double after,
            double change,
            double probability,
            boolean worse,
            @Nullable String serverVersionBefore,
            @Nullable String serverVersion,
            String clientVersionBefore,
            String clientVersion) {

        /** The versions that changed with it; empty where none did. */
        public String versions() {
            List<String> changed = new ArrayList<>();
            if (serverVersion != null && !serverVersion.equals(serverVersionBefore)) {
                changed.add("AI server " + (serverVersionBefore == null ? "?" : serverVersionBefore) + " → "
                        + serverVersion);
            }
            if (!clientVersion.equals(clientVersionBefore)) {
                changed.add("aifactory " + clientVersionBefore + " → " + clientVersion);
            }
            return String.join(", ", changed);
        }
    }

    /**
     * Finds the changes.
     *
     * @param runs the oldest first
     * @param leastChange as a share; smaller changes are not reported
     */
    public static Trend of(String metric, List<Run> runs, double leastChange) {
        List<Run> measured =
                runs.stream().filter(run -> Double.isFinite(run.value())).toList();
        double[] values = measured.stream().mapToDouble(Run::value).toArray();
        List<Change> changes = new ArrayList<>();
        for (ChangePoint point : ChangePoints.of(values, leastChange)) {
            Run before = measured.get(point.index() - 1);
            Run first = measured.get(point.index());
            changes.add(new Change(
                    point.index(),
                    first.runId(),
                    first.startedAt(),
                    point.before(),
                    point.after(),
                    point.change(),
                    point.probability(),
                    point.change() > 0 == RunValues.isLessBetter(metric),
                    before.serverVersion(),
                    first.serverVersion(),
                    before.clientVersion(),
                    first.clientVersion()));
        }
        return new Trend(metric, measured, changes);
    }

    /** The changes for the worse that start at one of the last runs. */
    public List<Change> recent(int lastRuns) {
        return changes.stream()
                .filter(change -> change.worse() && change.run() >= runs.size() - lastRuns)
                .toList();
    }
}
