package aifactory.measurement;

import aifactory.measurement.statistics.BinomialBound;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Judges whether the figures of a run are the AI server's, or were distorted by the clients that measured it.
 *
 * <p>Where the kernel stamped what arrived, it is known how much of each latency may be the clients': that is judged,
 * and how late requests were sent; how busy the clients were explains it and is no reason by itself. Where the process
 * stamped, only such signs are known, and each is checked against its limit. A limit on a percentile is exceeded when
 * the samples show it with a confidence of 95 %, not when one of a few lies beyond.
 *
 * <p>Stateless.
 */
public final class ValidityJudge {
    private static final double NANOS_PER_MILLISECOND = 1e6;
    /** Of these the client share decides, at the percentiles that a run reports. */
    private static final List<Metric> JUDGED = List.of(Metric.TTFT, Metric.TPOT, Metric.ITL, Metric.E2EL);

    private static final double[] PERCENTILES = {50, 99};

    private final RunAggregate run;
    private final ValidityLimits limits;
    private final List<ValidityFinding> findings = new ArrayList<>();

    private ValidityJudge(RunAggregate run, ValidityLimits limits) {
        this.run = run;
        this.limits = limits;
    }

    /**
     * What was asked of the group.
     *
     * @param arrivals how many requests were due in the measured window; negative where that is not known beforehand,
     *      as in closed loop or after a stop
     * @param capped whether a concurrency cap may hold requests back, which is the workload's wish and not the client's
     *      fault
     */
    public record Asked(long arrivals, boolean capped) {}

    /** Every limit that is exceeded, the group's first. */
    public static List<ValidityFinding> judge(RunAggregate run, ValidityLimits limits, Asked asked) {
        ValidityJudge judge = new ValidityJudge(run, limits);
        ClientSignFindings signs = new ClientSignFindings(run, limits);
        boolean sharesAreKnown = run.clientShares().source() == ClientShares.Source.KERNEL;
        String explanation = sharesAreKnown ? signs.explanation() : "";
        if (sharesAreKnown) {
            judge.clientShares(explanation);
        }
        judge.scheduleDelay(explanation);
        judge.offeredRate(asked);
        judge.findings.addAll(signs.resources());
        if (!sharesAreKnown) {
            judge.findings.addAll(signs.load());
        }
        return List.copyOf(judge.findings);
    }

    /** At most one finding for each latency: at the first percentile at which its client share is too large. */
    private void clientShares(String explanation) {
        for (Metric metric : JUDGED) {
            CoarseHistogram shares = run.clientShares().of(metric);
            for (double percentile : PERCENTILES) {
                long value = run.histograms().of(metric).percentileNanos(percentile);
                double limitNanos =
                        Math.max(limits.clientShareMs() * NANOS_PER_MILLISECOND, limits.clientShareOfValue() * value);
                long beyond = shares.countAbove((long) limitNanos);
                if (BinomialBound.isExceeded(beyond, shares.count(), 1 - percentile / 100)) {
                    add(
                            "client_share",
                            "the clients themselves may have added %.1f ms to the %s of %.1f ms (p%.0f; limit %.1f"
                                    + " ms)%s%s: use more clients, or dedicate cores to them",
                            milliseconds(shares.percentileNanos(percentile)),
                            metric.title().toLowerCase(Locale.ROOT),
                            milliseconds(value),
                            percentile,
                            limitNanos / NANOS_PER_MILLISECOND,
                            mostAddedBy(),
                            explanation);
                    break;
                }
            }
        }
    }

    private String mostAddedBy() {
        int worst = -1;
        long worstNanos = 0;
        for (Map.Entry<Integer, PartAggregate> client : run.clients().entrySet()) {
            long nanos = client.getValue().shares().percentileNanos(99);
            if (nanos > worstNanos) {
                worst = client.getKey();
                worstNanos = nanos;
            }
        }
        return worst < 0 ? "" : String.format(Locale.ROOT, ", most on client %d", worst);
    }

    private void scheduleDelay(String explanation) {
        LatencyHistogram delays = run.histograms().of(Metric.SCHEDULE_DELAY);
        double median = milliseconds(run.histograms().of(Metric.TTFT).percentileNanos(50));
        double limit = Math.max(limits.scheduleDelayP99Ms(), limits.scheduleDelayShareOfTtft() * median);
        long beyond = delays.count() - delays.countAtOrBelow((long) (limit * NANOS_PER_MILLISECOND));
        if (BinomialBound.isExceeded(beyond, delays.count(), 0.01)) {
            add(
                    "schedule_delay",
                    "requests were sent %.1f ms late (p99, limit %.1f ms)%s%s: use more clients or a lower rate",
                    milliseconds(delays.percentileNanos(99)),
                    limit,
                    latestClient(),
                    explanation);
        }
    }

    private String latestClient() {
        int worst = -1;
        long worstNanos = 0;
        for (Map.Entry<Integer, PartAggregate> client : run.clients().entrySet()) {
            CoarseHistogram delays = client.getValue().histograms().get(Metric.SCHEDULE_DELAY);
            if (delays != null && delays.percentileNanos(99) > worstNanos) {
                worst = client.getKey();
                worstNanos = delays.percentileNanos(99);
            }
        }
        return worst < 0
                ? ""
                : String.format(Locale.ROOT, ", worst on client %d with %.1f ms", worst, milliseconds(worstNanos));
    }

    /**
     * Requests that were not sent, or were sent later than by the limit's share of the time over which all were due: of
     * a client that is too slow for the rate, each is later than the one before.
     */
    private void offeredRate(Asked asked) {
        if (asked.arrivals() <= 0) {
            return;
        }
        long sent = run.measured().sent();
        // What the cap held back for too long is the workload's wish and the server's doing, and a failure already.
        long heldBack = asked.capped()
                ? run.measured().errors().getOrDefault(FailureKind.TIMEOUT_BEFORE_START.jsonName(), 0L)
                : 0;
        long missing = asked.arrivals() - sent - heldBack;
        long late = asked.capped() ? 0 : lateForTheRate();
        long off = missing < 0 ? -missing : missing + late;
        if (BinomialBound.isExceeded(Math.min(off, asked.arrivals()), asked.arrivals(), limits.offeredRateShare())) {
            add(
                    "offered_rate",
                    "%.1f %% of the requested rate was sent (%d of %d requests%s, limit within %.0f %%): use more"
                            + " clients, raise the cap or the timeout, or ask for a lower rate",
                    (double) (asked.arrivals() - (missing < 0 ? missing : off)) / asked.arrivals() * 100,
                    sent,
                    asked.arrivals(),
                    late == 0 ? "" : ", " + late + " of them too late for the rate",
                    limits.offeredRateShare() * 100);
        }
    }

    private long lateForTheRate() {
        long spanNanos = run.sendingSpan().scheduledNanos();
        LatencyHistogram delays = run.histograms().of(Metric.SCHEDULE_DELAY);
        return spanNanos <= 0
                ? 0
                : delays.count() - delays.countAtOrBelow((long) (limits.offeredRateShare() * spanNanos));
    }

    private void add(String code, String format, Object... arguments) {
        findings.add(new ValidityFinding(code, String.format(Locale.ROOT, format, arguments), null));
    }

    private static double milliseconds(long nanos) {
        return nanos / NANOS_PER_MILLISECOND;
    }
}
