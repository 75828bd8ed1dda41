package aifactory.inference.sizing;

import java.util.Locale;

/** Figures as people read them. */
final class Units {
    private Units() {}

    static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.2f GiB", bytes / (double) (1L << 30));
    }

    static String whole(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Without zeros that say nothing: 2, 0.5, 1.0625. */
    static String plain(double number) {
        return number == Math.rint(number) ? whole((long) number) : String.valueOf(number);
    }
}
