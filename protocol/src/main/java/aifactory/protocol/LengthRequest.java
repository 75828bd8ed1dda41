package aifactory.protocol;

import aifactory.workload.LengthDistribution;
import aifactory.workload.LengthDistribution.Shape;
import aifactory.workload.WorkloadProblem;
import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Token counts as users write them: a number, or {@code {mean: 512, stddev: 128}}, or {@code {distribution: uniform, min: 10,
 * max: 20}}.
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

    /** The distribution; what cannot work is added to the problems, and a harmless distribution returned. */
    LengthDistribution toDistribution(String field, List<WorkloadProblem> problems) {
        Shape shape = shape(field, problems);
        int smallest = min == null ? 1 : min;
        int largest = max == null ? LengthDistribution.LARGEST : max;
        double deviation = stddev == null ? 0 : stddev;
        if (smallest < 1 || largest > LengthDistribution.LARGEST || smallest > largest) {
            problems.add(new WorkloadProblem(
                    field,
                    "min " + smallest + " and max " + largest + " have to lie between 1 and "
                            + LengthDistribution.LARGEST + ", the smaller first"));
            return LengthDistribution.constant(1);
        }
        if (shape == Shape.UNIFORM) {
            return uniform(field, smallest, largest, problems);
        }
        if (mean == null || !(mean >= 1) || mean > LengthDistribution.LARGEST) {
            problems.add(new WorkloadProblem(
                    field,
                    (mean == null ? "no mean" : "mean " + mean) + ": give tokens from 1 to "
                            + LengthDistribution.LARGEST));
            return LengthDistribution.constant(1);
        }
        if (!(deviation >= 0) || deviation > LengthDistribution.LARGEST) {
            problems.add(new WorkloadProblem(field, "stddev " + deviation + ": give tokens from 0 on"));
            return LengthDistribution.constant(1);
        }
        return deviation == 0
                ? LengthDistribution.constant((int) Math.round(mean))
                : new LengthDistribution(shape, mean, deviation, smallest, largest);
    }

    private LengthDistribution uniform(String field, int smallest, int largest, List<WorkloadProblem> problems) {
        if (min == null || max == null) {
            problems.add(new WorkloadProblem(field, "a uniform distribution needs min and max"));
            return LengthDistribution.constant(1);
        }
        return new LengthDistribution(Shape.UNIFORM, (smallest + largest) / 2.0, 0, smallest, largest);
    }

    private Shape shape(String field, List<WorkloadProblem> problems) {
        if (distribution == null) {
            boolean onlyBounds = mean == null && min != null && max != null;
            return onlyBounds ? Shape.UNIFORM : Shape.NORMAL;
        }
        return switch (distribution.toLowerCase(Locale.ROOT)) {
            case "constant", "normal" -> Shape.NORMAL;
            case "uniform" -> Shape.UNIFORM;
            case "lognormal" -> Shape.LOGNORMAL;
            default -> {
                problems.add(new WorkloadProblem(
                        field, "distribution '" + distribution + "' is none of constant, normal, uniform, lognormal"));
                yield Shape.NORMAL;
            }
        };
    }
}
