package aifactory.reporting.comparison;

import aifactory.measurement.Metric;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Verdict;
import aifactory.reporting.WorkloadFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Compares two sides of runs by their request records.
 *
 * <p>Within a run, the spread of each statistic comes from a block bootstrap over time. With several runs a side, what the runs
 * differ more among themselves than that explains is added (a random effect of the run), so that repeats that scatter widen the
 * interval. The ratio of the sides is judged by Student's t with Satterthwaite's degrees of freedom, on the logarithm. Runs are read
 * one after the other: memory holds one at a time. Stateless.
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

    /** One run, reduced to what the comparison needs: by metric, the estimates of its statistics, none without values. */
    private record ReducedRun(
            RunSummary summary,
            long completed,
            long failed,
            List<List<BlockBootstrap.Estimate>> estimates,
            List<double[]> curves) {}

    /** One statistic of one side, on the logarithm. */
    private record SideEstimate(double mean, double variance, double degreesOfFreedom, boolean enough) {}

    /**
     * Compares.
     *
     * @param before at least one run
     * @param after at least one run
     * @throws IOException when records cannot be read
     */
    public static Comparison compare(List<ComparedRun> before, List<ComparedRun> after, ComparisonOptions options)
            throws IOException {
        if (before.isEmpty() || after.isEmpty()) {
            throw new IllegalArgumentException("a side without runs: give at least one run before and one after '--'");
        }
        RunComparison comparison = new RunComparison(options);
        List<ReducedRun> first = comparison.reduce(before);
        List<ReducedRun> second = comparison.reduce(after);
        List<String> warnings = new ArrayList<>();
        warnOfRuns(before, warnings);
        warnOfRuns(after, warnings);
        warnOfWorkloads(before, after, warnings);
        List<String> notComparable = Comparability.reasons(before, after);
        List<Difference> differences = comparison.differences(first, second);
        return new Comparison(
                List.of(side("before", before, first), side("after", after, second)),
                options,
                notComparable.isEmpty()
                        ? differences
                        : differences.stream().map(Difference::notComparable).toList(),
                throughputs(first, second),
                warnings,
                notComparable);
    }

    private List<ReducedRun> reduce(List<ComparedRun> runs) throws IOException {
        List<ReducedRun> reduced = new ArrayList<>();
        for (ComparedRun run : runs) {
            RunSamples samples = RunSamples.of(run.records());
            boolean openLoop = new WorkloadFacts(run.summary()).isOpenLoop();
            List<List<BlockBootstrap.Estimate>> estimates = new ArrayList<>();
            List<double[]> curves = new ArrayList<>();
            for (Metric metric : RunSamples.METRICS) {
                boolean left = !openLoop && isFromSchedule(metric);
                double[] series = left ? new double[0] : samples.series(metric);
                estimates.add(
                        series.length == 0
                                ? List.of()
                                : BlockBootstrap.estimate(series, PERCENTILES, options.replicates(), random.split()));
                curves.add(curve(series));
            }
            reduced.add(new ReducedRun(run.summary(), samples.completed(), samples.failed(), estimates, curves));
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

    private List<Difference> differences(List<ReducedRun> before, List<ReducedRun> after) {
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
        double[] adjusted = HolmCorrection.adjust(
                differences.stream().mapToDouble(Difference::probability).toArray());
        for (int i = 0; i < adjusted.length; i++) {
            differences.set(i, differences.get(i).judged(adjusted[i], 1 - options.confidence()));
        }
        return List.copyOf(differences);
    }

    private static SideEstimate side(List<ReducedRun> runs, int metric, int statistic) {
        List<BlockBootstrap.Estimate> estimates = new ArrayList<>();
        for (ReducedRun run : runs) {
            List<BlockBootstrap.Estimate> ofMetric = run.estimates().get(metric);
            if (!ofMetric.isEmpty()) {
                estimates.add(ofMetric.get(statistic));
            }
        }
        int count = estimates.size();
        if (count == 0) {
            return new SideEstimate(Double.NaN, Double.NaN, 1, false);
        }
        double mean = estimates.stream().mapToDouble(e -> Math.log(e.value())).sum() / count;
        double within = estimates.stream()
                        .mapToDouble(BlockBootstrap.Estimate::variance)
                        .sum()
                / count;
        double blocks = estimates.stream()
                .mapToDouble(BlockBootstrap.Estimate::degreesOfFreedom)
                .sum();
        boolean enough = estimates.stream().allMatch(BlockBootstrap.Estimate::enough);
        double between = 0;
        if (count > 1) {
            double squares = estimates.stream()
                    .mapToDouble(e -> Math.pow(Math.log(e.value()) - mean, 2))
                    .sum();
            between = Math.max(0, squares / (count - 1) - within);
        }
        double variance = (within + between) / count;
        double freedom = satterthwaite(within / count, blocks, between / count, Math.max(1, count - 1));
        return new SideEstimate(mean, variance, freedom, enough);
    }

    private static double satterthwaite(double one, double oneFreedom, double other, double otherFreedom) {
        double sum = one + other;
        double denominator = one * one / oneFreedom + other * other / otherFreedom;
        return denominator <= 0 ? Math.max(1, oneFreedom) : sum * sum / denominator;
    }

    private Difference difference(Metric metric, String statistic, SideEstimate before, SideEstimate after) {
        double logarithm = after.mean() - before.mean();
        double error = Math.sqrt(before.variance() + after.variance());
        boolean enough = before.enough() && after.enough();
        double low = Double.NaN;
        double high = Double.NaN;
        double probability = Double.NaN;
        if (enough) {
            double freedom = satterthwaite(
                    before.variance(), before.degreesOfFreedom(), after.variance(), after.degreesOfFreedom());
            double reach = error * StudentT.twoSidedQuantile(1 - options.confidence(), freedom);
            low = Math.expm1(logarithm - reach);
            high = Math.expm1(logarithm + reach);
            probability =
                    error > 0 ? StudentT.twoSidedP(logarithm / error, freedom) : Math.abs(logarithm) < 1e-12 ? 1 : 0;
        }
        return new Difference(
                metric.jsonName(),
                statistic,
                metric.title(),
                "ms",
                Math.exp(before.mean()),
                Math.exp(after.mean()),
                Math.expm1(logarithm),
                low,
                high,
                probability,
                probability,
                enough ? Difference.Finding.NO_DIFFERENCE_SHOWN : Difference.Finding.TOO_FEW);
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
