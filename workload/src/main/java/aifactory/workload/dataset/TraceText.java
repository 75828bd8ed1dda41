package aifactory.workload.dataset;

import java.math.BigDecimal;
import java.math.MathContext;

/** Times of traces in messages. Stateless. */
final class TraceText {
    private TraceText() {}

    /** A length of time in the unit that suits it. */
    static String span(long nanos) {
        double seconds = nanos / 1e9;
        if (seconds < 1) {
            return rounded(seconds * 1e3) + " ms";
        }
        if (seconds < 600) {
            return rounded(seconds) + " s";
        }
        if (seconds < 36_000) {
            return rounded(seconds / 60) + " min";
        }
        return seconds < 864_000 ? rounded(seconds / 3600) + " h" : rounded(seconds / 86_400) + " days";
    }

    private static String rounded(double value) {
        return new BigDecimal(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }
}
