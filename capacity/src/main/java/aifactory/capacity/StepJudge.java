package aifactory.capacity;

import aifactory.capacity.Judgement.Verdict;
import aifactory.capacity.StepFigures.Distortion;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Judges steps against the targets. Stateless. */
public final class StepJudge {
    /** The 97.5th percentile of the normal distribution: intervals of 95 %. */
    private static final double NORMAL_QUANTILE = 1.959964;

    private static final int FEWEST_SECONDS = 6;
    /** A larger share of failed requests is no disturbance. */
    private static final double OVERLOAD_FAILED_SHARE = 0.2;

    private final @Nullable Double wantedAttainment;
    private final double maxFailedShare;

    /**
     * @param wantedAttainment share of requests that have to meet the limits of each request, 0 to 1; null when only
     *      metrics have limits
     * @param maxFailedShare share of requests that may fail in a step that meets the targets, 0 to less than 1
     */
    public StepJudge(@Nullable Double wantedAttainment, double maxFailedShare) {
        this.wantedAttainment = wantedAttainment;
        this.maxFailedShare = maxFailedShare;
    }

    /**
     * The judgement. A step that the clients distorted says nothing of the server, with two exceptions: failures that
     * only the server can have caused, since many of them, refused at once, are what distorts clients; and what holds
     * however far the clients distorted the figures.
     */
    public Judgement judge(StepFigures step) {
        StepFigures.Failures failures = step.failures();
        if (step.incomplete() != null) {
            return new Judgement(Verdict.UNUSABLE, step.incomplete());
        }
        if (step.serverLost() != null) {
            return new Judgement(Verdict.OVERLOADED, step.serverLost());
        }
        if (isTooMany(failures.byRequest(), step)) {
            return new Judgement(Verdict.UNUSABLE, failed(step) + ", which no load explains");
        }
        if (isTooMany(failures.byServer(), step)) {
            return failing(step);
        }
        if (!step.clientProblems().isEmpty() && !isCertain(step)) {
            return new Judgement(
                    Verdict.CLIENT_BOUND,
                    step.clientProblems().stream()
                            .map(StepFigures.ClientProblem::message)
                            .collect(Collectors.joining("; ")));
        }
        if (isTooMany(failures.total(), step)) {
            return failing(step);
        }
        if (step.completed() == 0) {
            return new Judgement(Verdict.OVERLOADED, "no request was completed");
        }
        String growth = growth(step.inFlight());
        String missed = missed(step);
        if (growth != null && missed != null) {
            return new Judgement(areSentInTime(step) ? Verdict.OVERLOADED : Verdict.MISSED, growth + "; " + missed);
        }
        if (missed != null) {
            return new Judgement(Verdict.MISSED, missed);
        }
        // What grows without missing a target yet would miss it in a longer step.
        return growth != null
                ? new Judgement(Verdict.OVERLOADED, growth + ", though no target is missed yet")
                : new Judgement(Verdict.MET, met(step));
    }

    /** Whether the distortion by the clients changes nothing. */
    private boolean isCertain(StepFigures step) {
        boolean isBounded = worst(step) != Distortion.UNKNOWN
                && wantedAttainment == null
                && !step.limits().isEmpty()
                && !isTooMany(step.failures().total(), step);
        if (!isBounded) {
            return false;
        }
        return step.limits().stream().anyMatch(StepFigures.Limit::isCertainlyMissed)
                || (step.limits().stream().allMatch(StepFigures.Limit::isCertainlyMet)
                        && (growth(step.inFlight()) == null || areSentInTime(step)));
    }

    /**
     * Requests that were sent late, and then close together, may be more than a server takes at once that carries the
     * load.
     */
    private static boolean areSentInTime(StepFigures step) {
        Distortion worst = worst(step);
        return worst == null || worst == Distortion.LATENCY_ADDED;
    }

    private static @Nullable Distortion worst(StepFigures step) {
        return step.clientProblems().stream()
                .map(StepFigures.ClientProblem::distortion)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    private boolean isTooMany(long failed, StepFigures step) {
        return failed > maxFailedShare * step.ended();
    }

    private Judgement failing(StepFigures step) {
        String growth = growth(step.inFlight());
        boolean isOverload = areSentInTime(step)
                && (step.failures().total() > OVERLOAD_FAILED_SHARE * step.ended() || growth != null);
        return new Judgement(
                isOverload ? Verdict.OVERLOADED : Verdict.MISSED,
                failed(step) + ", limit " + percent(maxFailedShare) + (growth == null ? "" : "; " + growth));
    }

    private static String failed(StepFigures step) {
        StepFigures.Failures failures = step.failures();
        return percent((double) failures.total() / step.ended()) + " of " + step.ended() + " requests failed ("
                + failures.causes() + ")";
    }

    private @Nullable String missed(StepFigures step) {
        for (StepFigures.Limit limit : step.limits()) {
            if (!limit.isMet()) {
                return limit.measuredMs() == null
                        ? limit.name() + " was not measured"
                        : limit.name() + " " + milliseconds(limit.measuredMs()) + ", limit "
                                + milliseconds(limit.limitMs());
            }
        }
        if (wantedAttainment != null) {
            double attained = step.attainment() == null ? 0 : step.attainment();
            if (attained < wantedAttainment) {
                return attainment(attained, step) + ", wanted " + percent(wantedAttainment);
            }
        }
        return null;
    }

    private String met(StepFigures step) {
        StringBuilder text = new StringBuilder();
        for (StepFigures.Limit limit : step.limits()) {
            Double measured = limit.measuredMs();
            text.append(text.isEmpty() ? "" : ", ")
                    .append(limit.name())
                    .append(' ')
                    .append(measured == null ? "?" : milliseconds(measured))
                    .append(" of ")
                    .append(milliseconds(limit.limitMs()));
        }
        if (wantedAttainment != null && step.attainment() != null) {
            text.append(text.isEmpty() ? "" : ", ").append(attainment(step.attainment(), step));
        }
        return text.isEmpty() ? "it kept up" : text.toString();
    }

    /** The share with its interval by Wilson's score, which holds near 1 too. */
    private static String attainment(double share, StepFigures step) {
        double n = Math.max(1, step.ended());
        double z2 = NORMAL_QUANTILE * NORMAL_QUANTILE;
        double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
        double half = NORMAL_QUANTILE * Math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n);
        return percent(share) + " of " + (long) n + " requests within their limits ("
                + percent(Math.max(0, centre - half)) + " to " + percent(Math.min(1, centre + half)) + ")";
    }

    /**
     * Whether what is in flight grows for as long as the step lasts: the mean of the last third against that of the
     * first. Its standard deviation is about its root where arrivals are random.
     */
    private static @Nullable String growth(List<Integer> inFlight) {
        int seconds = inFlight.size();
        if (seconds < FEWEST_SECONDS) {
            return null;
        }
        double first = mean(inFlight.subList(0, seconds / 3));
        double middle = mean(inFlight.subList(seconds / 3, seconds - seconds / 3));
        double last = mean(inFlight.subList(seconds - seconds / 3, seconds));
        boolean grows = last > 1.5 * first + 3 * Math.sqrt(Math.max(1, first)) && middle > first && last > middle;
        return grows
                ? String.format(
                        Locale.ROOT, "what was in flight grew from %.0f to %.0f requests within the step", first, last)
                : null;
    }

    private static double mean(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).average().orElse(0);
    }

    private static String milliseconds(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f ms" : value < 100 ? "%.1f ms" : "%.0f ms", value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
