package aifactory.workload.dataset.entry;

import aifactory.workload.TimeUnitName;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads times of traces: numbers in a known unit, also as text, and dates. Immutable. */
public final class Timestamps {
    /** Dates of that range are possible; numbers beyond it in their unit are not. */
    private static final double LARGEST_NANOS = 4.1e18;

    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,19}(?:\\.\\d{0,30})?(?:[eE][+-]?\\d{1,2})?");
    private static final Pattern DATE = Pattern.compile("(\\d{4})-(\\d{1,2})-(\\d{1,2})[T ]+(\\d{1,2}):(\\d{2})"
            + "(?::(\\d{2})(?:[.,](\\d{1,12}))?)?\\s*(Z|z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)?");
    private static final Duration LONGEST_DELAY = Duration.ofDays(366);

    private final @Nullable TimeUnitName unit;
    private final boolean timed;

    /**
     * @param unit of numbers; null where the format has dates, and a number has no known unit
     * @param timed whether entries are sent at their times; else their times are not read
     */
    public Timestamps(@Nullable TimeUnitName unit, boolean timed) {
        this.unit = unit;
        this.timed = timed;
    }

    /**
     * A time on the timeline of the file in nanoseconds; dates count from 1970. {@link Entry#NO_TIME} where there is
     * none.
     *
     * @throws EntryProblemException for a value that is no time
     */
    public long timestampNanos(JsonNode node, String name) throws EntryProblemException {
        if (!timed || isAbsent(node)) {
            return Entry.NO_TIME;
        }
        if (node.isString()) {
            Matcher date = DATE.matcher(node.stringValue().strip());
            if (date.matches()) {
                return nanosOf(date, node, name);
            }
        }
        return nanos(node, name);
    }

    /** A pause in nanoseconds; null where there is none. */
    public @Nullable Long delayNanos(JsonNode node, String name) throws EntryProblemException {
        if (isAbsent(node)) {
            return null;
        }
        long nanos = nanos(node, name);
        if (nanos > LONGEST_DELAY.toNanos()) {
            throw new EntryProblemException(name + " is " + Members.shown(node) + ", longer than a year");
        }
        return nanos;
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode()
                || node.isNull()
                || (node.isString() && node.stringValue().isBlank());
    }

    private long nanos(JsonNode node, String name) throws EntryProblemException {
        String text = node.isString() ? node.stringValue().strip() : "";
        if (!node.isNumber() && !NUMBER.matcher(text).matches()) {
            throw new EntryProblemException(
                    name + " is " + Members.shown(node) + ", not a number" + (unit == null ? " or a date" : ""));
        }
        if (unit == null) {
            throw new EntryProblemException(
                    name + " is " + Members.shown(node)
                            + ", a number in place of a date: declare its unit with --trace-time-unit (time_unit) s, ms, us or ns");
        }
        double value = node.isNumber() ? node.asDouble() : Double.parseDouble(text);
        double nanos = value * unit.nanos();
        if (!(nanos >= 0 && nanos <= LARGEST_NANOS)) {
            throw new EntryProblemException(
                    name + " is " + Members.shown(node) + ", not " + unit.plural()
                            + " from 0 to the year 2099: if it has another unit, declare it with --trace-time-unit (time_unit)");
        }
        // Whole numbers of nanoseconds since 1970 have more digits than a double.
        return node.isIntegralNumber() && unit == TimeUnitName.NS ? node.asLong() : wholeAndFraction(node, text, nanos);
    }

    private long wholeAndFraction(JsonNode node, String text, double nanos) {
        if (nanos < 1e15) {
            return Math.round(nanos);
        }
        String digits = node.isNumber() ? node.asString() : text;
        return new BigDecimal(digits)
                .multiply(BigDecimal.valueOf(unit == null ? 1 : unit.nanos()))
                .setScale(0, RoundingMode.HALF_UP)
                .longValue();
    }

    private static long nanosOf(Matcher date, JsonNode node, String name) throws EntryProblemException {
        try {
            LocalDateTime time = LocalDateTime.of(
                    number(date, 1),
                    number(date, 2),
                    number(date, 3),
                    number(date, 4),
                    number(date, 5),
                    date.group(6) == null ? 0 : number(date, 6),
                    fractionNanos(date.group(7)));
            Instant instant = time.toInstant(offset(date.group(8)));
            long nanos = Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
            if (nanos < 0 || nanos > LARGEST_NANOS) {
                throw new EntryProblemException(name + " is " + Members.shown(node) + ", not a date from 1970 to 2099");
            }
            return nanos;
        } catch (DateTimeException | ArithmeticException e) {
            throw new EntryProblemException(name + " is " + Members.shown(node) + ", which is not a valid date");
        }
    }

    private static int number(Matcher date, int group) {
        return Integer.parseInt(date.group(group));
    }

    private static int fractionNanos(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt((digits + "000000000").substring(0, 9));
    }

    /** A date without an offset is UTC, as in the published traces. */
    private static ZoneOffset offset(@Nullable String text) {
        return text == null || !(text.startsWith("+") || text.startsWith("-")) ? ZoneOffset.UTC : ZoneOffset.of(text);
    }
}
