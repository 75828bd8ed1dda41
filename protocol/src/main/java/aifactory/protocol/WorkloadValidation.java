package aifactory.protocol;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.RateStep;
import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.key.Bounds;
import aifactory.workload.key.WorkloadKey;
import aifactory.workload.key.WorkloadKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Finds what cannot work about a workload. Stateless. */
final class WorkloadValidation {
    private static final Bounds STEP_RATE =
            Objects.requireNonNull(WorkloadKeys.find("steps[].request_rate").bounds());
    private static final Bounds STEPS =
            Objects.requireNonNull(WorkloadKeys.find("steps").bounds());
    private static final Bounds TIME = Objects.requireNonNull(WorkloadKeys.RUN_DURATION.bounds());

    private final WorkloadSpecification specification;
    private final List<WorkloadProblem> problems = new ArrayList<>();

    private WorkloadValidation(WorkloadSpecification specification) {
        this.specification = specification;
    }

    static List<WorkloadProblem> problemsOf(WorkloadSpecification specification) {
        WorkloadValidation validation = new WorkloadValidation(specification);
        validation.checkBounds();
        validation.checkPattern();
        validation.checkSteps();
        validation.checkTimes();
        RequestValidation.addProblems(specification, validation.problems);
        return validation.problems;
    }

    private void checkBounds() {
        for (WorkloadKey<?> key : WorkloadKeys.all()) {
            WorkloadProblem problem = key.problemIn(specification);
            if (problem != null) {
                problems.add(problem);
            }
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
        if (specification.burstiness() != 1 && pattern != ArrivalPattern.GAMMA) {
            add("burstiness", "arrival_pattern " + lower(pattern) + " takes none: choose gamma, or leave it out");
        }
        if (specification.burstSize() > 1 && !(pattern.isOpenLoop() && rated)) {
            add("burst_size", "arrival_pattern " + lower(pattern) + " has no bursts: give a request_rate or steps");
        }
    }

    private void checkSteps() {
        List<RateStep> steps = specification.steps();
        if (specification.requestRate() != null && !steps.isEmpty()) {
            add("steps", "steps bring their own rates: leave out request_rate");
        }
        boolean idle = steps.stream()
                .allMatch(step ->
                        step.requestRate() == 0 && (step.endRequestRate() == null || step.endRequestRate() == 0));
        if (!steps.isEmpty() && idle) {
            add("steps", "every rate is 0, so that no request would be sent: give a rate above 0");
        }
        if (!STEPS.contains(steps.size())) {
            add("steps", steps.size() + " steps: give at most " + STEPS.maximum());
        }
        for (int i = 0; i < steps.size(); i++) {
            RateStep step = steps.get(i);
            Double end = step.endRequestRate();
            boolean ratesFit = STEP_RATE.contains(step.requestRate()) && (end == null || STEP_RATE.contains(end));
            Duration lasting = step.duration();
            if (!ratesFit || (lasting != null && !TIME.contains(lasting))) {
                add("steps", "step " + (i + 1) + ": give rates " + STEP_RATE.text() + " and a duration above 0");
            } else if (lasting == null && (i < steps.size() - 1 || end != null)) {
                add("steps", "step " + (i + 1) + ": only a last step that keeps its rate can do without a duration");
            } else if (step.growth() == RateStep.RampShape.EXPONENTIAL
                    && (step.requestRate() == 0 || (end != null && end == 0))) {
                add("steps", "step " + (i + 1) + ": an exponential ramp cannot begin or end at 0");
            }
        }
    }

    private void checkTimes() {
        Duration duration = specification.duration();
        Duration outside = specification.warmup().plus(specification.cooldown());
        Duration planned = specification.plannedDuration();
        if (planned != null && outside.compareTo(planned) >= 0) {
            add(
                    "warmup",
                    "warmup and cooldown take " + outside.toMillis() + " ms of a duration of " + planned.toMillis()
                            + " ms: nothing is left to measure");
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

    private static String lower(ArrivalPattern pattern) {
        return pattern.name().toLowerCase(Locale.ROOT);
    }

    private void add(String field, String message) {
        problems.add(new WorkloadProblem(field, message));
    }
}
