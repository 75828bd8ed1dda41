package aifactory.engine.http;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The field {@code retry-after} (RFC 9110, 10.2.3): a number of seconds, or a point in time. Stateless. */
final class RetryAfter {
    /** What is longer counts as this. */
    static final int MOST_SECONDS = 86_400;

    /** Fractions are not in the standard, but some gateways send them. */
    private static final Pattern DELAY = Pattern.compile("\\d{1,200}(?:\\.\\d{1,200})?");

    private RetryAfter() {}

    /**
     * Whole seconds from the response on, rounded up, from 0 to {@link #MOST_SECONDS}; null for a value in neither
     * form.
     *
     * @param date the field of that name: the server's own clock; empty or unreadable where it gave none
     * @param nowEpochSeconds used in its place
     */
    static @Nullable Integer seconds(String value, String date, long nowEpochSeconds) {
        if (DELAY.matcher(value).matches()) {
            return (int) Math.min(MOST_SECONDS, Math.ceil(Double.parseDouble(value)));
        }
        Instant until = instant(value);
        if (until == null) {
            return null;
        }
        Instant sent = instant(date);
        long from = sent == null ? nowEpochSeconds : sent.getEpochSecond();
        return Math.clamp(until.getEpochSecond() - from, 0, MOST_SECONDS);
    }

    private static @Nullable Instant instant(String text) {
        try {
            return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
