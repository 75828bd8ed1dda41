package aifactory.reporting.files;

import aifactory.protocol.RunResult;
import java.util.List;
import java.util.Map;

/**
 * {@code series.json}: what the charts of the report show, for programs. Schema {@code aifactory.series/1}; the
 * members are those of {@link RunResult}. Its size depends on the duration of the run, not on the number of requests.
 */
record RunSeries(
        String schema,
        String runId,
        Map<String, List<RunResult.PercentilePoint>> distributions,
        List<RunResult.TimelinePoint> timeline,
        List<RunResult.Part> perClient,
        List<RunResult.Part> perTarget,
        List<RunResult.ServerMetrics> serverMetrics) {
    static final String SCHEMA = "aifactory.series/1";

    static RunSeries of(RunResult result) {
        return new RunSeries(
                SCHEMA,
                result.summary().runId(),
                result.distributions(),
                result.timeline(),
                result.perClient(),
                result.perTarget(),
                result.serverMetrics());
    }
}
