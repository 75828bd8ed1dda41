package aifactory.reporting.comparison;

import aifactory.reporting.Figures;
import java.util.Locale;

/** Writes changes for people. Stateless. */
final class ComparisonFigures {
    private ComparisonFigures() {}

    /** {@code +5.3 %}. */
    static String change(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%+.1f %%", share * 100) : Figures.NONE;
    }

    /** {@code -0.4 … +11.2 %}; a dash where there is none. */
    static String interval(Difference difference) {
        return Double.isFinite(difference.low()) && Double.isFinite(difference.high())
                ? String.format(Locale.ROOT, "%+.1f … %+.1f %%", difference.low() * 100, difference.high() * 100)
                : Figures.NONE;
    }

    /** The change of a figure that is not judged. */
    static String change(Comparison comparison, Comparison.PlainFigure figure) {
        return comparison.isComparable() && figure.before() > 0
                ? change(figure.after() / figure.before() - 1)
                : Figures.NONE;
    }

    /** How it was compared, in a sentence. */
    static String method(Comparison comparison) {
        return String.format(
                Locale.ROOT,
                "%s %% intervals from a block bootstrap over time (%d replicates, seed %d); findings corrected for %d"
                        + " comparisons (Holm).",
                Figures.plain(comparison.options().confidence() * 100),
                comparison.options().replicates(),
                comparison.options().seed(),
                comparison.differences().size());
    }
}
