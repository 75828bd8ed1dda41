package aifactory.reporting.findings;

import aifactory.measurement.MetricSummary;
import aifactory.measurement.RequestObservations;
import aifactory.protocol.Finding;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import aifactory.reporting.RunFacts;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether there are enough requests for the percentiles that are shown, and whether the end of the run distorts the
 * throughput.
 */
final class SampleFindings {
    private static final double[] PERCENTILES = {50, 90, 95, 99};
    /** Beyond a percentile there have to be so many samples on average. */
    private static final double SAMPLES_BEYOND = 10;

    private static final double SMALLEST_TAIL = 0.02;

    private final RunSummary summary;

    SampleFindings(RunSummary summary) {
        this.summary = summary;
    }

    /**
     * @param startNanos of the measured window since T0
     * @param sendingEndNanos until when measured requests were sent, since T0
     */
    List<Finding> find(long startNanos, long sendingEndNanos) {
        return Stream.of(fewSamples(), drainTail(startNanos, sendingEndNanos))
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private @Nullable Finding fewSamples() {
        long completed = summary.requests().completed();
        List<String> unsupported = new ArrayList<>();
        long needed = 0;
        for (double percentile : PERCENTILES) {
            long needs = Math.round(SAMPLES_BEYOND / (1 - percentile / 100));
            if (completed < needs) {
                unsupported.add("p" + Figures.plain(percentile));
                needed = needs;
            }
        }
        if (completed == 0 || unsupported.isEmpty()) {
            return null;
        }
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("needed_requests", (double) needed);
        return new Finding(
                "few_samples",
                join(unsupported) + (unsupported.size() == 1 ? " is" : " are") + " reported from "
                        + Figures.count(completed) + " completed requests; " + unsupported.getLast() + " needs "
                        + Figures.count(needed) + "." + interval(details),
                (double) completed,
                "requests",
                "Run until " + Figures.count(needed) + " requests have completed, or rely on lower percentiles.",
                details);
    }

    static String join(List<String> words) {
        return words.size() < 2
                ? String.join("", words)
                : String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
    }

    /** Of the p99 that a reader looks at first. */
    private String interval(Map<String, Double> details) {
        for (String name : List.of("ttft_from_schedule_ms", "ttft_ms", "e2el_ms")) {
            MetricSummary metric = summary.metrics().get(name);
            MetricSummary.Interval interval = metric == null || metric.ci95() == null
                    ? null
                    : metric.ci95().get("p99");
            if (metric != null && interval != null) {
                Double low = interval.low();
                Double high = interval.high();
                String base = name.replace("_ms", "");
                if (low != null) {
                    details.put(base + "_p99_low_ms", low);
                }
                if (high != null) {
                    details.put(base + "_p99_high_ms", high);
                }
                String title = base.startsWith("ttft") ? (base.equals("ttft") ? "TTFT" : "TTFT from schedule") : "E2EL";
                String words = low == null
                        ? "cannot be bounded"
                        : high == null
                                ? "is at least " + Figures.of(low) + " ms and has no upper bound"
                                : "is between " + Figures.of(low) + " and " + Figures.of(high) + " ms";
                return " The p99 of " + title + " (" + Figures.of(metric.p99()) + " ms) " + words
                        + " with 95 % confidence.";
            }
        }
        return "";
    }

    private @Nullable Finding drainTail(long startNanos, long sendingEndNanos) {
        double sending = (sendingEndNanos - startNanos) / 1e9;
        double window = summary.durationS();
        long completed = summary.requests().completed();
        if (completed == 0 || sending <= 0 || window <= 0 || window / sending - 1 <= SMALLEST_TAIL) {
            return null;
        }
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("window_s", window);
        details.put("sending_s", sending);
        details.put("sending_throughput_req_per_s", completed / sending);
        details.put("sending_output_throughput_tok_per_s", summary.tokens().output() / sending);
        return new Finding(
                "drain_tail",
                "The last requests ended " + Figures.seconds(window - sending)
                        + " after the last was sent: over the whole window of " + Figures.seconds(window)
                        + " the throughput is " + Figures.of(summary.requestThroughput()) + " req/s, over the "
                        + Figures.seconds(sending) + " in which requests were sent it is "
                        + Figures.of(completed / sending) + " req/s.",
                (window / sending - 1) * 100,
                "%",
                "Run longer, so that the end weighs less, or compare runs of the same length.",
                details);
    }

    /**
     * Until when measured requests were sent: the planned end, or the last start where the request count ended the run.
     */
    static long sendingEndNanos(RunFacts facts, RequestObservations observations) {
        WorkloadSpecification specification = facts.specification();
        Long last = observations.lastStartedNanos();
        long lastStart = last == null ? 0 : last;
        Duration duration = specification.plannedDuration();
        Long count = specification.requestCount();
        boolean counted = count != null && facts.aggregate().all().scheduled() >= count;
        // A run that was stopped ended before its time.
        if (duration == null || counted || facts.ending() != RunState.COMPLETED) {
            return lastStart;
        }
        return duration.minus(specification.cooldown()).toNanos();
    }
}
