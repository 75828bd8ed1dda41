package aifactory.reporting.comparison;

import aifactory.reporting.Figures;
import java.util.Locale;

/** Writes changes for people. Stateless. */
public final class ComparisonFigures {
    private ComparisonFigures() {}

    /** {@code +5.3 %}. */
    public static String change(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%+.1f %%", share * 100) : Figures.NONE;
    }

    /** {@code +5.3 %}, or {@code +0.4 points} of a share. */
    public static String changeOf(Difference difference) {
        return !difference.absolute()
                ? change(difference.change())
                : Double.isFinite(difference.change())
                        ? String.format(Locale.ROOT, "%+.2f points", difference.change() * 100)
                        : Figures.NONE;
    }

    /** {@code -0.4 … +11.2 %}; a dash where there is none. */
    public static String interval(Difference difference) {
        if (!Double.isFinite(difference.low()) || !Double.isFinite(difference.high())) {
            return Figures.NONE;
        }
        return String.format(
                Locale.ROOT,
                difference.absolute() ? "%+.2f … %+.2f" : "%+.1f … %+.1f %%",
                difference.low() * 100,
                difference.high() * 100);
    }

    /** {@code +0.32, small}. */
    public static String effect(Comparison.Effect effect) {
        return String.format(Locale.ROOT, "%+.2f, %s", effect.cliffsDelta(), effect.size());
    }

    /** A value in {@link #unit}. */
    public static String value(Difference difference, double value) {
        return difference.absolute() ? Figures.of(value * 100) : Figures.of(value);
    }

    /** The unit in which values are shown. */
    public static String unit(Difference difference) {
        return difference.absolute() ? "%" : difference.unit();
    }

    /** How it was compared, in a sentence. */
    public static String method(Comparison comparison) {
        return String.format(
                Locale.ROOT,
                "%s %% intervals from a block bootstrap over time (%d replicates, seed %d), of rates from batch means; findings"
                        + " corrected for %d comparisons (Holm). Cliff's δ: 0 where the distributions are the same, ±1 where"
                        + " they do not overlap.",
                Figures.plain(comparison.options().confidence() * 100),
                comparison.options().replicates(),
                comparison.options().seed(),
                comparison.differences().size() + comparison.ofRuns().size());
    }
}
