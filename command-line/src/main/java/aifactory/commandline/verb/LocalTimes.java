package aifactory.commandline.verb;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Times as the user's clock shows them. Stateless. */
final class LocalTimes {
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    private LocalTimes() {}

    /** {@code 2026-11-24 04:11} of an instant in ISO 8601; any other text unchanged. */
    static String ofInstant(String text) {
        try {
            return MINUTES.format(Instant.parse(text).atZone(ZoneId.systemDefault()));
        } catch (DateTimeException e) {
            return text.isEmpty() ? "–" : text;
        }
    }
}
