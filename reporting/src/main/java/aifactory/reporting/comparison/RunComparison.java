package aifactory.reporting.comparison;

import aifactory.measurement.Metric;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Verdict;
import aifactory.reporting.WorkloadFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Compares sides of runs by their request records and summaries.
 *
 * <p>Within a run, the spread of each statistic comes from a block bootstrap over time. With several runs a side, what
 * the runs differ more among themselves than that explains is added (a random effect of the run), so that repeats that
 * scatter widen the interval. The ratio of the sides is judged by Student's t with Satterthwaite's degrees of freedom,
 * on the logarithm. Runs are read one after the other: memory holds one at a time. Stateless.
 */
public final class RunComparison {
    /** Where {@link Comparison.Curve} has its values. */
    static final double[] CURVE_PERCENTILES = {
        1, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.9
    };

    private static final double[] PERCENTILES = {50, 90, 95, 99};
    private static final List<String> STATISTICS = List.of("mean", "p50", "p90", "p95", "p99");

    private final ComparisonOptions options;
    private final SplittableRandom random;

    private RunComparison(ComparisonOptions options) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
    }

    /**
     * One run, reduced to what the comparison needs.
     *
     * @param estimates by metric, those of its statistics; none without values
     * @param thinned by metric, ascending values
     */
    private record ReducedRun(
            RunSummary summary,
            long completed,
            long failed,
            RateBatches rates,
            List<List<BlockBootstrap.Estimate>> estimates,
            List<double[]> curves,
            List<double[]> thinned) {}

    /**
     * Compares two sides.
     *
     * @param before at least one run
     * @param after at least one run
     * @throws IOException when records cannot be read
     */
    public static Comparison compare(List<ComparedRun> before, List<ComparedRun> after, ComparisonOptions options)
            throws IOException {
        return compareAll(List.of(before, after), options).getFirst();
    }

    /**
     * Compares every further side with the first. The findings of all comparisons together are corrected for their
     * number.
     *
     * @param sides at least two, of at least one run each
     * @throws IOException when records cannot be read
     */
    public static List<Comparison> compareAll(List<List<ComparedRun>> sides, ComparisonOptions options)
            throws IOException {
        if (sides.size() < 2 || sides.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("a side without runs: give at least one run before and one after '--'");
        }
        RunComparison comparison = new RunComparison(options);
        List<List<ReducedRun>> reduced = new ArrayList<>();
        for (List<ComparedRun> side : sides) {
            reduced.add(comparison.reduce(side));
        }
        List<Comparison> comparisons = new ArrayList<>();
        for (int i = 1; i < sides.size(); i++) {
            String name = sides.size() == 2 ? "after" : "after " + i;
            comparisons.add(
                    comparison.compare(name, sides.getFirst(), sides.get(i), reduced.getFirst(), reduced.get(i)));
        }
        return comparison.judged(comparisons);
    }

    private Comparison compare(
            String name,
            List<ComparedRun> before,
            List<ComparedRun> after,
            List<ReducedRun> first,
            List<ReducedRun> second) {
        List<String> warnings = new ArrayList<>();
        warnOfRuns(before, warnings);
        warnOfRuns(after, warnings);
        warnOfWorkloads(before, after, warnings);
        return new Comparison(
                List.of(side("before", before, first), side(name, after, second)),
                options,
                latencies(first, second),
                RunMetricDifferences.of(
                        first.stream().map(RunComparison::rates).toList(),
                        second.stream().map(RunComparison::rates).toList(),
                        options.confidence()),
                effects(first, second),
                throughputs(first, second),
                warnings,
                Comparability.reasons(before, after),
                List.of(
                        before.stream().map(ComparedRun::summary).toList(),
                        after.stream().map(ComparedRun::summary).toList()));
    }

    private static RunMetricDifferences.Run rates(ReducedRun run) {
        return new RunMetricDifferences.Run(run.summary(), run.rates());
    }

    /** Corrects the probabilities for the number of comparisons. Sides that are not comparable take no part. */
    private List<Comparison> judged(List<Comparison> comparisons) {
        double[] adjusted = HolmCorrection.adjust(comparisons.stream()
                .filter(Comparison::isComparable)
                .flatMap(comparison -> Stream.concat(comparison.differences().stream(), comparison.ofRuns().stream()))
                .mapToDouble(Difference::probability)
                .toArray());
        Iterator<Double> next = Arrays.stream(adjusted).iterator();
        return comparisons.stream()
                .map(comparison -> comparison.withDifferences(
                        judged(comparison, comparison.differences(), next),
                        judged(comparison, comparison.ofRuns(), next)))
                .toList();
    }

    private List<Difference> judged(Comparison comparison, List<Difference> differences, Iterator<Double> adjusted) {
        List<Difference> judged = new ArrayList<>();
        for (Difference difference : differences) {
            judged.add(
                    comparison.isComparable()
                            ? difference.judged(adjusted.next(), 1 - options.confidence())
                            : difference.notComparable());
        }
        return List.copyOf(judged);
    }

    private List<ReducedRun> reduce(List<ComparedRun> runs) throws IOException {
        List<ReducedRun> reduced = new ArrayList<>();
        for (ComparedRun run : runs) {
            WorkloadFacts workload = new WorkloadFacts(run.summary());
            RunSamples samples = RunSamples.of(workload, run.records());
            List<List<BlockBootstrap.Estimate>> estimates = new ArrayList<>();
            List<double[]> curves = new ArrayList<>();
            List<double[]> thinned = new ArrayList<>();
            for (Metric metric : RunSamples.METRICS) {
                boolean left = !workload.isOpenLoop() && isFromSchedule(metric);
                double[] series = left ? new double[0] : samples.series(metric);
                estimates.add(
                        series.length == 0
                                ? List.of()
                                : BlockBootstrap.estimate(series, PERCENTILES, options.replicates(), random.split()));
                curves.add(curve(series));
                thinned.add(CliffsDelta.thinned(series));
            }
            reduced.add(new ReducedRun(
                    run.summary(), samples.completed(), samples.failed(), samples.rates(), estimates, curves, thinned));
        }
        return reduced;
    }

    private static boolean isFromSchedule(Metric metric) {
        return metric == Metric.TTFT_FROM_SCHEDULE || metric == Metric.E2EL_FROM_SCHEDULE;
    }

    private static double[] curve(double[] series) {
        double[] sorted = series.clone();
        Arrays.sort(sorted);
        double[] curve = new double[sorted.length == 0 ? 0 : CURVE_PERCENTILES.length];
        for (int i = 0; i < curve.length; i++) {
            int rank = (int) Math.ceil(CURVE_PERCENTILES[i] / 100 * sorted.length) - 1;
            curve[i] = sorted[Math.clamp(rank, 0, sorted.length - 1)];
        }
        return curve;
    }

    private List<Difference> latencies(List<ReducedRun> before, List<ReducedRun> after) {
        List<Difference> differences = new ArrayList<>();
        for (int metric = 0; metric < RunSamples.METRICS.size(); metric++) {
            for (int statistic = 0; statistic < STATISTICS.size(); statistic++) {
                SideEstimate first = side(before, metric, statistic);
                SideEstimate second = side(after, metric, statistic);
                if (Double.isFinite(first.mean()) || Double.isFinite(second.mean())) {
                    differences.add(
                            difference(RunSamples.METRICS.get(metric), STATISTICS.get(statistic), first, second));
                }
            }
        }
        return differences;
    }

    private static SideEstimate side(List<ReducedRun> runs, int metric, int statistic) {
        List<SideEstimate.OfRun> estimates = new ArrayList<>();
        for (ReducedRun run : runs) {
            List<BlockBootstrap.Estimate> ofMetric = run.estimates().get(metric);
            if (!ofMetric.isEmpty()) {
                BlockBootstrap.Estimate estimate = ofMetric.get(statistic);
                estimates.add(new SideEstimate.OfRun(
                        Math.log(estimate.value()),
                        estimate.variance(),
                        estimate.degreesOfFreedom(),
                        estimate.enough()));
            }
        }
        return SideEstimate.of(estimates);
    }

    private Difference difference(Metric metric, String statistic, SideEstimate before, SideEstimate after) {
        SideEstimate.Gap gap = before.to(after, options.confidence());
        boolean enough = before.enough() && after.enough();
        return new Difference(
                metric.jsonName(),
                statistic,
                metric.title(),
                "ms",
                Math.exp(before.mean()),
                Math.exp(after.mean()),
                Math.expm1(gap.difference()),
                Math.expm1(gap.low()),
                Math.expm1(gap.high()),
                gap.probability(),
                gap.probability(),
                false,
                enough ? Difference.Finding.NO_DIFFERENCE_SHOWN : Difference.Finding.TOO_FEW);
    }

    private static List<Comparison.Effect> effects(List<ReducedRun> before, List<ReducedRun> after) {
        List<Comparison.Effect> effects = new ArrayList<>();
        for (int i = 0; i < RunSamples.METRICS.size(); i++) {
            int metric = i;
            double delta = CliffsDelta.of(
                    before.stream().map(run -> run.thinned().get(metric)).toList(),
                    after.stream().map(run -> run.thinned().get(metric)).toList());
            if (Double.isFinite(delta)) {
                Metric of = RunSamples.METRICS.get(metric);
                effects.add(new Comparison.Effect(of.jsonName(), of.title(), delta, CliffsDelta.size(delta)));
            }
        }
        return effects;
    }

    private static Comparison.Side side(String name, List<ComparedRun> runs, List<ReducedRun> reduced) {
        List<Comparison.Curve> curves = new ArrayList<>();
        for (int metric = 0; metric < RunSamples.METRICS.size(); metric++) {
            Metric shown = RunSamples.METRICS.get(metric);
            curves.add(new Comparison.Curve(shown.jsonName(), shown.title(), meanCurve(reduced, metric)));
        }
        return new Comparison.Side(
                name,
                runs.stream().map(ComparedRun::name).toList(),
                reduced.stream().mapToLong(ReducedRun::completed).sum(),
                reduced.stream().mapToLong(ReducedRun::failed).sum(),
                reduced.stream().mapToLong(ReducedRun::completed).min().orElse(0),
                curves);
    }

    /** Over the runs of a side, the geometric mean at each percentile, as the statistics are taken. */
    private static double[] meanCurve(List<ReducedRun> runs, int metric) {
        List<double[]> curves = runs.stream()
                .map(run -> run.curves().get(metric))
                .filter(curve -> curve.length > 0)
                .toList();
        double[] mean = new double[curves.isEmpty() ? 0 : CURVE_PERCENTILES.length];
        for (int i = 0; i < mean.length; i++) {
            int place = i;
            mean[i] = Math.exp(curves.stream()
                    .mapToDouble(curve -> Math.log(curve[place]))
                    .average()
                    .orElse(Double.NaN));
        }
        return mean;
    }

    private static List<Comparison.PlainFigure> throughputs(List<ReducedRun> before, List<ReducedRun> after) {
        return List.of(
                figure("Request throughput", "req/s", before, after, RunSummary::requestThroughput),
                figure("Output throughput", "tok/s", before, after, RunSummary::outputTokenThroughput));
    }

    private static Comparison.PlainFigure figure(
            String title,
            String unit,
            List<ReducedRun> before,
            List<ReducedRun> after,
            ToDoubleFunction<RunSummary> figure) {
        return new Comparison.PlainFigure(title, unit, mean(before, figure), mean(after, figure));
    }

    private static double mean(List<ReducedRun> runs, ToDoubleFunction<RunSummary> figure) {
        return runs.stream()
                .mapToDouble(run -> figure.applyAsDouble(run.summary()))
                .average()
                .orElse(Double.NaN);
    }

    private static void warnOfRuns(List<ComparedRun> runs, List<String> warnings) {
        for (ComparedRun run : runs) {
            Verdict verdict = Verdict.of(run.summary());
            if (verdict.level() != Verdict.Level.GOOD) {
                warnings.add(run.name() + " is " + verdict.word() + ": " + verdict.sentence());
            }
        }
    }

    private static void warnOfWorkloads(List<ComparedRun> before, List<ComparedRun> after, List<String> warnings) {
        Set<String> workloads = new HashSet<>();
        before.forEach(run -> workloads.add(run.summary().provenance().specSha256()));
        after.forEach(run -> workloads.add(run.summary().provenance().specSha256()));
        if (workloads.size() > 1) {
            warnings.add(
                    "the runs were not of the same workload: a difference may be that of the load, not of the server");
        }
    }
}
