package aifactory.protocol;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.RateStep;
import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds what cannot work about a workload. Stateless. */
final class WorkloadValidation {
    private static final double HIGHEST_RATE = 1_000_000;
    private static final int HIGHEST_CONCURRENCY = 1_000_000;
    private static final long HIGHEST_COUNT = 1_000_000_000L;
    private static final int MOST_STEPS = 10_000;
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final int LARGEST_BURST = 1_000_000;
    /** With a smaller one nearly all gaps are 0: millions of requests at once, whatever the rate. */
    private static final double SMALLEST_SHAPE = 0.0001;

    private final WorkloadSpecification specification;
    private final List<WorkloadProblem> problems = new ArrayList<>();

    private WorkloadValidation(WorkloadSpecification specification) {
        this.specification = specification;
    }

    static List<WorkloadProblem> problemsOf(WorkloadSpecification specification) {
        WorkloadValidation validation = new WorkloadValidation(specification);
        validation.checkLoad();
        validation.checkPattern();
        validation.checkSteps();
        validation.checkTimes();
        validation.checkFailures();
        RequestValidation.addProblems(specification, validation.problems);
        return validation.problems;
    }

    private void checkLoad() {
        Double rate = specification.requestRate();
        Integer concurrency = specification.concurrency();
        boolean stepped = !specification.steps().isEmpty();
        if (rate != null && !(rate > 0 && rate <= HIGHEST_RATE)) {
            add("request_rate", rate + " is not a rate: give requests per second above 0, up to " + HIGHEST_RATE);
        }
        if (concurrency != null && (concurrency < 1 || concurrency > HIGHEST_CONCURRENCY)) {
            add("concurrency", concurrency + ": give requests in flight from 1 to " + HIGHEST_CONCURRENCY);
        }
        if (rate != null && stepped) {
            add("steps", "steps bring their own rates: leave out request_rate");
        }
        Long count = specification.requestCount();
        if (count != null && (count < 1 || count > HIGHEST_COUNT)) {
            add("request_count", count + ": give requests from 1 to " + HIGHEST_COUNT);
        }
    }

    private void checkPattern() {
        ArrivalPattern pattern = specification.arrivalPattern();
        boolean rated =
                specification.requestRate() != null || !specification.steps().isEmpty();
        if (!pattern.isOpenLoop() && rated) {
            add(
                    "arrival_pattern",
                    "closed keeps requests in flight and takes no rate: leave out request_rate and steps,"
                            + " or choose constant, poisson or gamma");
        }
        if (pattern == ArrivalPattern.TRACE && rated) {
            add("arrival_pattern", "trace takes the times of its dataset: leave out request_rate, ramp_up and steps");
        }
        if (pattern == ArrivalPattern.TRACE && specification.dataset() == null) {
            add("dataset", "missing: arrival_pattern trace needs one with timestamps");
        }
        if (pattern.isOpenLoop() && pattern != ArrivalPattern.TRACE && !rated) {
            add("request_rate", "missing: arrival_pattern " + lower(pattern) + " needs one, or steps");
        }
        if (!(specification.burstiness() >= SMALLEST_SHAPE && specification.burstiness() <= 1000)) {
            add(
                    "burstiness",
                    specification.burstiness() + ": give a number from " + SMALLEST_SHAPE + " to 1000; 1 is Poisson");
        } else if (specification.burstiness() != 1 && pattern != ArrivalPattern.GAMMA) {
            add("burstiness", "arrival_pattern " + lower(pattern) + " takes none: choose gamma, or leave it out");
        }
        if (specification.burstSize() < 1 || specification.burstSize() > LARGEST_BURST) {
            add("burst_size", specification.burstSize() + ": give requests from 1 to " + LARGEST_BURST);
        } else if (specification.burstSize() > 1 && !(pattern.isOpenLoop() && rated)) {
            add("burst_size", "arrival_pattern " + lower(pattern) + " has no bursts: give a request_rate or steps");
        }
    }

    private void checkSteps() {
        List<RateStep> steps = specification.steps();
        boolean idle = steps.stream()
                .allMatch(step ->
                        step.requestRate() == 0 && (step.endRequestRate() == null || step.endRequestRate() == 0));
        if (!steps.isEmpty() && idle) {
            add("steps", "every rate is 0, so that no request would be sent: give a rate above 0");
        }
        if (steps.size() > MOST_STEPS) {
            add("steps", steps.size() + " steps: give at most " + MOST_STEPS);
        }
        for (int i = 0; i < steps.size(); i++) {
            RateStep step = steps.get(i);
            Double end = step.endRequestRate();
            boolean ratesFit = isStepRate(step.requestRate()) && (end == null || isStepRate(end));
            Duration lasting = step.duration();
            if (!ratesFit || (lasting != null && (lasting.isZero() || tooLong(lasting)))) {
                add("steps", "step " + (i + 1) + ": give rates from 0 to " + HIGHEST_RATE + " and a duration above 0");
            } else if (lasting == null && (i < steps.size() - 1 || end != null)) {
                add("steps", "step " + (i + 1) + ": only a last step that keeps its rate can do without a duration");
            } else if (step.growth() == RateStep.RampShape.EXPONENTIAL
                    && (step.requestRate() == 0 || (end != null && end == 0))) {
                add("steps", "step " + (i + 1) + ": an exponential ramp cannot begin or end at 0");
            }
        }
    }

    private static boolean isStepRate(double rate) {
        return rate >= 0 && rate <= HIGHEST_RATE;
    }

    private void checkTimes() {
        Duration duration = specification.duration();
        if (duration != null && (duration.isZero() || tooLong(duration))) {
            add("duration", duration.toMillis() / 1e3 + " s: give a time above 0, up to " + LONGEST.toDays() + " days");
        }
        if (specification.timeout().isZero() || tooLong(specification.timeout())) {
            add("timeout", specification.timeout().toSeconds() + " s: give a time above 0, up to 30 days");
        }
        if (tooLong(specification.thinkTime())) {
            add("think_time", specification.thinkTime().toSeconds() + " s: give at most 30 days");
        }
        Duration outside = specification.warmup().plus(specification.cooldown());
        Duration planned = specification.plannedDuration();
        if (planned != null && outside.compareTo(planned) >= 0) {
            add(
                    "warmup",
                    "warmup and cooldown take " + outside.toMillis() + " ms of a duration of " + planned.toMillis()
                            + " ms: nothing is left to measure");
        }
        if (tooLong(specification.concurrencyRampUp())) {
            add("ramp_up", specification.concurrencyRampUp().toSeconds() + " s: give at most 30 days");
        }
        boolean endless = !specification.steps().isEmpty()
                && specification.steps().getLast().duration() == null
                && duration == null
                && specification.requestCount() == null;
        if (endless) {
            add(
                    "duration",
                    "missing: the last step has no end; give it a duration, or the run a duration or a request_count");
        }
        if (specification.plannedDuration() == null && !specification.cooldown().isZero()) {
            add(
                    "cooldown",
                    "a run that ends by request_count has no time to cool down before its end: give a duration");
        }
    }

    private void checkFailures() {
        Long errors = specification.failures().maxErrors();
        Double rate = specification.failures().maxErrorRate();
        if (errors != null && (errors < 0 || errors > HIGHEST_COUNT)) {
            add("max_errors", errors + ": give failed requests from 0 to " + HIGHEST_COUNT);
        }
        if (rate != null && !(rate >= 0 && rate <= 1)) {
            add("max_error_rate", rate + ": give a share from 0 to 1");
        }
    }

    private static boolean tooLong(@Nullable Duration duration) {
        return duration != null && duration.compareTo(LONGEST) > 0;
    }

    private static String lower(ArrivalPattern pattern) {
        return pattern.name().toLowerCase(Locale.ROOT);
    }

    private void add(String field, String message) {
        problems.add(new WorkloadProblem(field, message));
    }
}
