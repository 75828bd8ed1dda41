package aifactory.protocol;

import aifactory.measurement.MetricSummary;
import aifactory.measurement.RequestCounts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a report shows of a run, short of the request records.
 *
 * @param distributions by metric name: the percentile curve
 * @param timeline one point a second over the whole run, warm-up included
 * @param perClient in the order of the clients' numbers
 * @param perTarget in the order of the run's targets
 */
public record RunResult(
        RunSummary summary,
        Map<String, List<PercentilePoint>> distributions,
        List<TimelinePoint> timeline,
        List<Part> perClient,
        List<Part> perTarget) {

    /** A point of a percentile curve. */
    public record PercentilePoint(double percentile, double milliseconds, long count) {}

    /**
     * One second of the run over all clients.
     *
     * @param second since T0
     * @param ttftP50Ms of measured requests that completed in the second; null when there was none
     */
    public record TimelinePoint(
            int second,
            long scheduled,
            long completed,
            long failed,
            long outputTokens,
            long chunks,
            int inFlight,
            @Nullable Double ttftP50Ms,
            @Nullable Double ttftP99Ms,
            @Nullable Double itlP50Ms,
            @Nullable Double itlP99Ms) {}

    /**
     * The part of one client or of one AI server.
     *
     * @param name the client's node or the server's address
     */
    public record Part(int number, String name, RequestCounts requests, Map<String, MetricSummary> metrics) {}
}
