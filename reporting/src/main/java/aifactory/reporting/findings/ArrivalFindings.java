package aifactory.reporting.findings;

import aifactory.measurement.RequestObservations;
import aifactory.measurement.RequestSample;
import aifactory.measurement.statistics.AndersonDarling;
import aifactory.protocol.Finding;
import aifactory.reporting.Figures;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.WorkloadSpecification;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether requests were started when the workload asked for it, in open loop. Random arrivals are tested by the
 * distribution of their gaps (as Lancet does: M. Kogias and others, USENIX ATC 2019), others by the largest deviation
 * from the schedule.
 *
 * <p>Gaps are taken between every so many arrivals that they are five milliseconds long on average: what an event loop
 * adds or takes within tens of microseconds is no other load. For the same reason bursty arrivals are taken in so many
 * that the distribution of their sum has no peak at 0.
 */
final class ArrivalFindings {
    private static final double SIGNIFICANCE = 0.01;
    /** A smaller distance of the distributions is no other load, however many requests show it. */
    private static final double SMALLEST_DISTANCE = 0.05;

    private static final int FEWEST_GAPS = 30;
    private static final double SHORTEST_MEAN_GAP_SECONDS = 0.005;
    private static final int MOST_BURSTS = 64;
    private static final double SMALLEST_DEVIATION_SECONDS = 0.02;
    private static final String REMEDY =
            "Use more clients or a lower rate, raise the concurrency cap, or describe the load as it was sent.";

    private final WorkloadSpecification specification;
    private final RequestObservations observations;

    ArrivalFindings(WorkloadSpecification specification, RequestObservations observations) {
        this.specification = specification;
        this.observations = observations;
    }

    List<Finding> find() {
        Finding finding = switch (specification.arrivalPattern()) {
            case CLOSED -> null;
            case POISSON -> distribution(1);
            case GAMMA -> distribution(specification.burstiness());
            case CONSTANT, TRACE -> deviation();
        };
        return finding == null ? List.of() : List.of(finding);
    }

    private @Nullable Finding distribution(double shape) {
        RequestSample sample = observations.sample();
        OperationalTime asked = new OperationalTime(specification);
        if (sample.size() < 2) {
            return null;
        }
        double lastSeconds = sample.startedNanos(sample.size() - 1) / 1e9;
        double rate = asked.meanRate(lastSeconds);
        int burst = Math.max(1, specification.burstSize());
        // In bursts: gaps between their first requests.
        double fewest = Math.max(rate / burst * SHORTEST_MEAN_GAP_SECONDS, 1 / shape);
        int bursts = (int) Math.clamp(Math.ceil(fewest), 1, MOST_BURSTS);
        double[] gaps = gaps(sample, asked, burst, bursts);
        if (gaps.length < FEWEST_GAPS) {
            return null;
        }
        AndersonDarling test = AndersonDarling.gamma(gaps, shape * bursts);
        if (test.probability() >= SIGNIFICANCE || test.distance() < SMALLEST_DISTANCE) {
            return null;
        }
        double mean = Arrays.stream(gaps).average().orElse(Double.NaN);
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("gaps", (double) test.samples());
        details.put("anderson_darling", test.statistic());
        details.put("mean_gap_over_asked", mean);
        String pattern = specification.arrivalPattern().name().toLowerCase(Locale.ROOT);
        return new Finding(
                "arrivals_off",
                "Requests were not started as " + pattern
                        + " arrivals: the distribution of the gaps between them differs by up to "
                        + Figures.percent(test.distance()) + " from the one asked for, and the mean gap is "
                        + Figures.percent(mean) + " of the one asked for (Anderson-Darling, "
                        + SteadinessFindings.probability(test.probability()) + ").",
                test.distance() * 100,
                "%",
                REMEDY,
                details);
    }

    /** In units of the expected gap, so that their mean is 1. */
    private static double[] gaps(RequestSample sample, OperationalTime asked, int burst, int bursts) {
        int step = burst * bursts;
        double[] gaps = new double[sample.size()];
        int count = 0;
        long from = -1;
        double fromTime = 0;
        for (int i = 0; i < sample.size(); i++) {
            if (sample.number(i) % step != 0) {
                continue;
            }
            double time = asked.at(sample.startedNanos(i) / 1e9);
            if (from >= 0 && sample.number(i) - from == step) {
                gaps[count++] = (time - fromTime) / step;
            }
            from = sample.number(i);
            fromTime = time;
        }
        return Arrays.copyOf(gaps, count);
    }

    private @Nullable Finding deviation() {
        RequestObservations.Lateness lateness = observations.largestLateness();
        Long last = observations.lastStartedNanos();
        if (last == null) {
            return null;
        }
        double seconds = Math.abs(lateness.nanos()) / 1e9;
        boolean constant = specification.arrivalPattern() == ArrivalPattern.CONSTANT;
        double rate = constant
                ? new OperationalTime(specification).meanRate(last / 1e9)
                : (observations.highestNumber() + 1) / Math.max(1e-9, last / 1e9);
        double gapSeconds = rate > 0 ? 1 / rate : 0;
        if (seconds <= Math.max(gapSeconds, SMALLEST_DEVIATION_SECONDS)) {
            return null;
        }
        List<String> words = new ArrayList<>();
        words.add("Request " + Figures.count(lateness.number()) + " was started " + Figures.seconds(seconds)
                + (lateness.nanos() < 0 ? " before" : " after")
                + " its time, the largest deviation from the schedule;");
        words.add("the mean gap between requests is " + Figures.seconds(gapSeconds) + ".");
        return new Finding(
                "arrivals_off",
                String.join(" ", words),
                seconds * 1000,
                "ms",
                REMEDY,
                Map.of("mean_gap_ms", gapSeconds * 1000));
    }
}
