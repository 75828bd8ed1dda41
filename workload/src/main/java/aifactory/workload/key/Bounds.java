package aifactory.workload.key;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The range of a number, or of a duration in seconds.
 *
 * @param minimum smallest value
 * @param includesMinimum whether the minimum itself is allowed
 * @param maximum largest value, which is allowed; null for no limit
 * @param ofTime whether the values are durations
 */
public record Bounds(
        BigDecimal minimum,
        boolean includesMinimum,
        @Nullable BigDecimal maximum,
        boolean ofTime) {
    private static final BigDecimal SECONDS_PER_DAY = BigDecimal.valueOf(86_400);

    static Bounds from(String minimum, long maximum) {
        return new Bounds(new BigDecimal(minimum), true, BigDecimal.valueOf(maximum), false);
    }

    static Bounds from(long minimum) {
        return new Bounds(BigDecimal.valueOf(minimum), true, null, false);
    }

    static Bounds aboveZero(String maximum) {
        return new Bounds(BigDecimal.ZERO, false, new BigDecimal(maximum), false);
    }

    static Bounds days(boolean includesZero, long maximum) {
        return new Bounds(
                BigDecimal.ZERO, includesZero, BigDecimal.valueOf(maximum).multiply(SECONDS_PER_DAY), true);
    }

    /** Whether a {@link Number} or a {@link Duration} is in the range. */
    public boolean contains(Object value) {
        if (value instanceof Double number && !Double.isFinite(number)) {
            return false;
        }
        BigDecimal number = value instanceof Duration duration
                ? BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNano(), 9))
                : new BigDecimal(value.toString());
        int order = number.compareTo(minimum);
        return (order > 0 || (order == 0 && includesMinimum)) && (maximum == null || number.compareTo(maximum) <= 0);
    }

    /** The range for error messages: {@code from 1 to 1000}. */
    public String text() {
        if (ofTime && maximum != null) {
            String days = maximum.divide(SECONDS_PER_DAY).toPlainString() + " days";
            return includesMinimum ? "from 0 to " + days : "above 0, up to " + days;
        }
        String least = minimum.toPlainString();
        if (maximum == null) {
            return "from " + least;
        }
        return includesMinimum
                ? "from " + least + " to " + maximum.toPlainString()
                : "greater than " + least + " and up to " + maximum.toPlainString();
    }
}
