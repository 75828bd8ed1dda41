package aifactory.reporting.findings;

import aifactory.measurement.RequestObservations;
import aifactory.measurement.RequestTimeSeries;
import aifactory.measurement.statistics.FirstRequests;
import aifactory.measurement.statistics.LevelChange;
import aifactory.protocol.Finding;
import aifactory.reporting.Figures;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.WorkloadSpecification;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether latency and load stayed at one level over the measured window, and whether its first requests are like the
 * rest.
 */
final class SteadinessFindings {
    /** Of each of three tests, so that a run that is steady has a finding in fewer than five of a hundred cases. */
    private static final double SIGNIFICANCE = 0.005;
    /** A smaller change of the level is not worth a finding, however sure it is. */
    private static final double SMALLEST_CHANGE = 0.05;

    private static final int MOST_BATCHES = 30;
    private static final int FEWEST_REQUESTS_PER_BATCH = 4;
    /** Fewer batches with requests show no level. */
    private static final double SHARE_PRESENT = 0.8;

    /** Less of the window is no part that stands for the run. */
    private static final double SMALLEST_PART = 0.25;

    private final WorkloadSpecification specification;
    private final RequestObservations observations;

    SteadinessFindings(WorkloadSpecification specification, RequestObservations observations) {
        this.specification = specification;
        this.observations = observations;
    }

    /** @param sendingEndNanos until when measured requests were sent, since T0 */
    List<Finding> find(long sendingEndNanos) {
        return Stream.of(coldStart(), notSteady(sendingEndNanos))
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private @Nullable Finding coldStart() {
        if (!specification.warmup().isZero() || OperationalTime.changes(specification)) {
            return null;
        }
        FirstRequests first = FirstRequests.of(observations.sample().latenciesNanos());
        if (first == null) {
            return null;
        }
        boolean streamed = specification.streaming();
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("first_ms", first.firstMean() / 1e6);
        details.put("others_ms", first.otherMean() / 1e6);
        String subject =
                first.count() == 1 ? "The first request took " : "The first " + first.count() + " requests took ";
        return new Finding(
                "cold_start",
                subject + Figures.of(first.firstMean() / 1e6) + " ms " + (first.count() == 1 ? "" : "on average ")
                        + (streamed ? "to the first token" : "to the end") + ", the others "
                        + Figures.of(first.otherMean() / 1e6) + " ms, and there was no warmup.",
                first.firstMean() / first.otherMean(),
                "times the others",
                "Give a warmup, for example --warmup 10s, so that the first requests are not measured.",
                details);
    }

    /** One measure over time, and its change. */
    private record Change(String title, boolean logarithm, LevelChange level) {
        /** Of the level after over the level before. */
        double ratio() {
            return logarithm ? Math.exp(level.after() - level.before()) : level.after() / level.before();
        }

        double value(double level) {
            return logarithm ? Math.exp(level) / 1e6 : level;
        }

        boolean isShown() {
            return level.probability() <= SIGNIFICANCE && Math.abs(ratio() - 1) >= SMALLEST_CHANGE;
        }
    }

    private @Nullable Finding notSteady(long sendingEndNanos) {
        // A load that is meant to change makes latencies that change.
        if (OperationalTime.changes(specification) || specification.arrivalPattern() == ArrivalPattern.TRACE) {
            return null;
        }
        RequestTimeSeries.Batches batches = observations
                .series()
                .batches(specification.warmup().toNanos(), sendingEndNanos, MOST_BATCHES, FEWEST_REQUESTS_PER_BATCH);
        if (batches.count() < LevelChange.FEWEST) {
            return null;
        }
        Change change = change(batches, 0, batches.count());
        if (change == null) {
            return null;
        }
        Map<String, Double> details = new LinkedHashMap<>();
        String proposal = propose(batches, change.level().changeIndex(), details);
        double before = change.value(change.level().before());
        double after = change.value(change.level().after());
        String unit = change.logarithm() ? " ms" : "";
        String change1 = change.level().trend()
                ? change.title() + (after > before ? " rises" : " falls") + " over the measured window, from "
                        + Figures.of(before) + unit + " in its first part to " + Figures.of(after) + unit + " after "
                : change.title() + " changes within the measured window, from " + Figures.of(before) + unit
                        + " on average to " + Figures.of(after) + unit + " after ";
        return new Finding(
                "not_steady",
                change1 + seconds(batches, change.level().changeIndex()) + " ("
                        + probability(change.level().probability()) + "). " + proposal,
                (change.ratio() - 1) * 100,
                "%",
                "Use the values of the steady part, or repeat with a longer warmup and a longer run; if latency keeps"
                        + " rising, the"
                        + " load is above the capacity.",
                details);
    }

    private static String seconds(RequestTimeSeries.Batches batches, int batch) {
        return Figures.of((batches.startNanos() + batch * batches.batchNanos()) / 1e9) + " s";
    }

    static String probability(double probability) {
        return probability < 0.0015 ? "p ≤ 0.001" : String.format(Locale.ROOT, "p = %.3f", probability);
    }

    /** The surest change in a range of batches that is large enough to matter; null when nothing changes. */
    private @Nullable Change change(RequestTimeSeries.Batches batches, int from, int to) {
        Change surest = null;
        for (Change change : List.of(
                test("Time to first token", true, batches.ttft(), from, to),
                test("End-to-end latency", true, batches.e2el(), from, to),
                test("The number of requests in flight", false, batches.inFlight(), from, to))) {
            boolean surer = surest == null
                    || change.level().probability() < surest.level().probability();
            if (change.isShown() && surer) {
                surest = change;
            }
        }
        return surest;
    }

    private Change test(String title, boolean logarithm, double[] series, int from, int to) {
        double[] part = Arrays.copyOfRange(series, from, to);
        long present = Arrays.stream(part).filter(Double::isFinite).count();
        boolean enough = part.length >= LevelChange.FEWEST && present >= SHARE_PRESENT * part.length;
        if (!enough) {
            return new Change(title, logarithm, new LevelChange(1, 1, 1, 1, false));
        }
        // A batch without a request changes nothing.
        double mean = Arrays.stream(part).filter(Double::isFinite).average().orElse(0);
        double[] filled = Arrays.stream(part)
                .map(value -> Double.isFinite(value) ? value : mean)
                .toArray();
        return new Change(title, logarithm, LevelChange.of(filled, specification.seed()));
    }

    /** Halves at each change, and keeps the longer side, until nothing changes or too little is left. */
    private String propose(RequestTimeSeries.Batches batches, int firstChange, Map<String, Double> details) {
        int from = 0;
        int to = batches.count();
        int at = firstChange;
        while (true) {
            if (at - from > to - at) {
                to = at;
            } else {
                from = at;
            }
            if (to - from < Math.max(LevelChange.FEWEST, SMALLEST_PART * batches.count())) {
                return "No part of the window is steady for long enough.";
            }
            Change change = change(batches, from, to);
            if (change == null) {
                return describe(batches, from, to, details);
            }
            at = from + change.level().changeIndex();
        }
    }

    private String describe(RequestTimeSeries.Batches batches, int from, int to, Map<String, Double> details) {
        long start = batches.startNanos() + from * batches.batchNanos();
        long end = batches.startNanos() + to * batches.batchNanos();
        double seconds = (end - start) / 1e9;
        RequestTimeSeries.Part part = observations.series().part(start, end);
        details.put("steady_from_s", start / 1e9);
        details.put("steady_to_s", end / 1e9);
        details.put("steady_requests", (double) part.completed());
        details.put("steady_throughput_req_per_s", part.completed() / seconds);
        details.put("steady_output_throughput_tok_per_s", part.outputTokens() / seconds);
        if (part.ttft().count() > 0) {
            details.put("steady_ttft_p50_ms", part.ttft().percentileNanos(50) / 1e6);
            details.put("steady_ttft_p99_ms", part.ttft().percentileNanos(99) / 1e6);
        }
        details.put("steady_e2el_p50_ms", part.e2el().percentileNanos(50) / 1e6);
        details.put("steady_e2el_p99_ms", part.e2el().percentileNanos(99) / 1e6);
        String ttft = part.ttft().count() == 0
                ? ""
                : "TTFT p50 " + Figures.of(details.get("steady_ttft_p50_ms")) + " ms, p99 "
                        + Figures.of(details.get("steady_ttft_p99_ms")) + " ms, ";
        return "From " + seconds(batches, from) + " to " + seconds(batches, to) + " the run is steady: "
                + Figures.count(part.completed()) + " requests, " + ttft + "E2EL p50 "
                + Figures.of(details.get("steady_e2el_p50_ms")) + " ms, p99 "
                + Figures.of(details.get("steady_e2el_p99_ms")) + " ms, "
                + Figures.of(part.completed() / seconds) + " req/s.";
    }
}
