package aifactory.protocol;

import aifactory.workload.LengthDistribution;
import aifactory.workload.LengthDistribution.Shape;
import aifactory.workload.WorkloadProblem;
import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Token counts as users write them: a number, or {@code {mean: 512, stddev: 128}}, or
 * {@code {distribution: uniform, min: 10, max: 20}}.
 */
public record LengthRequest(
        @Nullable String distribution,
        @Nullable Double mean,
        @Nullable Double stddev,
        @Nullable Integer min,
        @Nullable Integer max) {

    /** Always so many tokens. */
    @JsonCreator
    public static LengthRequest constant(int tokens) {
        return new LengthRequest(null, (double) tokens, null, null, null);
    }

    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    public LengthRequest {}

    /** The distribution as users write it, without what is the default. */
    static LengthRequest of(LengthDistribution length) {
        Integer smallest = length.minimum() == 1 ? null : (Integer) length.minimum();
        Integer largest = length.maximum() == LengthDistribution.LARGEST ? null : (Integer) length.maximum();
        return switch (length.shape()) {
            case CONSTANT -> new LengthRequest(null, length.mean(), null, null, null);
            case UNIFORM -> new LengthRequest("uniform", null, null, length.minimum(), length.maximum());
            case NORMAL -> new LengthRequest(null, length.mean(), length.standardDeviation(), smallest, largest);
            case LOGNORMAL ->
                new LengthRequest("lognormal", length.mean(), length.standardDeviation(), smallest, largest);
        };
    }

    /**
     * The distribution; what cannot work is added to the problems, and a harmless distribution returned.
     *
     * @param unit what is counted, for the problems
     */
    LengthDistribution toDistribution(String field, String unit, List<WorkloadProblem> problems) {
        int before = problems.size();
        LengthDistribution asked = distribution(field, unit, problems);
        return problems.size() == before ? asked : LengthDistribution.constant(1);
    }

    private LengthDistribution distribution(String field, String unit, List<WorkloadProblem> problems) {
        Shape shape = shape(field, problems);
        int smallest = min == null ? 1 : min;
        int largest = max == null ? LengthDistribution.LARGEST : max;
        double deviation = stddev == null ? 0 : stddev;
        if (smallest < 1 || largest > LengthDistribution.LARGEST || smallest > largest) {
            problems.add(new WorkloadProblem(
                    field,
                    "min " + smallest + " and max " + largest + " have to lie between 1 and "
                            + LengthDistribution.LARGEST + ", the smaller first"));
        }
        if (!(deviation >= 0) || deviation > LengthDistribution.LARGEST) {
            problems.add(new WorkloadProblem(field, "stddev " + deviation + ": give " + unit + " from 0 on"));
        }
        if (shape == Shape.UNIFORM) {
            if (min == null || max == null || mean != null || stddev != null) {
                problems.add(
                        new WorkloadProblem(field, "a uniform distribution is given by min and max, and nothing else"));
            }
            return new LengthDistribution(Shape.UNIFORM, (smallest + (double) largest) / 2, 0, smallest, largest);
        }
        if (mean == null || !(mean >= smallest && mean <= largest)) {
            problems.add(new WorkloadProblem(
                    field,
                    (mean == null ? "no mean" : "mean " + mean) + ": give " + unit + " from " + smallest + " to "
                            + largest));
            return LengthDistribution.constant(1);
        }
        if (shape == Shape.CONSTANT && deviation > 0) {
            problems.add(new WorkloadProblem(
                    field, "stddev " + deviation + " of a constant: choose normal or lognormal, or leave it out"));
        }
        return deviation == 0
                ? LengthDistribution.constant((int) Math.round(mean))
                : new LengthDistribution(shape, mean, deviation, smallest, largest);
    }

    private Shape shape(String field, List<WorkloadProblem> problems) {
        if (distribution == null) {
            boolean onlyBounds = mean == null && min != null && max != null;
            return onlyBounds ? Shape.UNIFORM : Shape.NORMAL;
        }
        return switch (distribution.toLowerCase(Locale.ROOT)) {
            case "constant" -> Shape.CONSTANT;
            case "normal" -> Shape.NORMAL;
            case "uniform" -> Shape.UNIFORM;
            case "lognormal" -> Shape.LOGNORMAL;
            default -> {
                problems.add(new WorkloadProblem(
                        field,
                        "distribution '" + distribution + "' is not one of constant, normal, uniform, lognormal"));
                yield Shape.NORMAL;
            }
        };
    }
}
