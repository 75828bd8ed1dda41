package aifactory.reporting;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats values for users, identically in the terminal and in the report: a missing value is a dash. Stateless. */
public final class Figures {
    /** Stands for a figure that is not there. */
    public static final String NONE = "–";

    private Figures() {}

    /** Three significant digits, at least: {@code 0.123}, {@code 1.23}, {@code 12.3}, {@code 123}, {@code 1,234}. */
    public static String of(double figure) {
        if (!Double.isFinite(figure)) {
            return NONE;
        }
        double size = Math.abs(figure);
        if (size == 0) {
            return "0";
        }
        int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
        if (size < 0.0005) {
            return new BigDecimal(figure)
                    .round(new MathContext(2, RoundingMode.HALF_UP))
                    .toString();
        }
        return String.format(Locale.ROOT, "%,." + decimals + "f", figure);
    }

    /** As {@link #of(double)}; a dash for null. */
    public static String of(@Nullable Double figure) {
        return figure == null ? NONE : of(figure.doubleValue());
    }

    /**
     * A bound, rounded up to as many digits as a bound deserves: {@code 0.04}, {@code 0.36}, {@code 1.2}, {@code 130}.
     */
    public static String bound(double bound) {
        if (!Double.isFinite(bound) || bound == 0) {
            return of(bound);
        }
        int digits = Math.abs(bound) < 0.1 ? 1 : 2;
        return BigDecimal.valueOf(bound)
                .round(new MathContext(digits, RoundingMode.UP))
                .toPlainString();
    }

    /** A count with its thousands apart: {@code 1,234,567}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A share as per cent: {@code 97.3 %}. */
    public static String percent(double share) {
        if (!Double.isFinite(share)) {
            return NONE;
        }
        double percent = share * 100;
        boolean whole = percent == Math.rint(percent) || Math.abs(percent) >= 1000;
        return String.format(Locale.ROOT, whole ? "%,.0f %%" : "%.1f %%", percent);
    }

    /** As short as it can be said without loss: {@code 50}, {@code 0.25}. */
    public static String plain(double figure) {
        if (!Double.isFinite(figure)) {
            return NONE;
        }
        return figure == Math.rint(figure) && Math.abs(figure) < 1e15
                ? String.format(Locale.ROOT, "%,.0f", figure)
                : Double.toString(figure);
    }

    /** A time in seconds as people say it: {@code 850 ms}, {@code 20.0 s}, {@code 3 min 20 s}, {@code 2 h 05 min}. */
    public static String seconds(double seconds) {
        if (!Double.isFinite(seconds)) {
            return NONE;
        }
        if (seconds < 1) {
            return of(seconds * 1000) + " ms";
        }
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 7200
                ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%,d h %02d min", whole / 3600, whole / 60 % 60);
    }
}
