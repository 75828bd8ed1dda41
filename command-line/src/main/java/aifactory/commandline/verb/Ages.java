package aifactory.commandline.verb;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times as operators read them. */
final class Ages {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
    private static final Duration RECENT = Duration.ofHours(20);

    private Ages() {}

    /** {@code 3d4h}, {@code 2h05m}, {@code 4m10s}. */
    static String of(Duration age) {
        if (age.isNegative()) {
            return "0s";
        }
        if (age.toDays() > 0) {
            return age.toDays() + "d" + age.toHoursPart() + "h";
        }
        if (age.toHours() > 0) {
            return String.format(Locale.ROOT, "%dh%02dm", age.toHours(), age.toMinutesPart());
        }
        return age.toMinutes() > 0
                ? String.format(Locale.ROOT, "%dm%02ds", age.toMinutes(), age.toSecondsPart())
                : age.toSeconds() + "s";
    }

    /** How long ago; a dash if unknown. */
    static String since(@Nullable String time, Instant now) {
        return time == null ? "-" : of(Duration.between(Instant.parse(time), now));
    }

    /** How long until then; a dash if unknown. */
    static String until(@Nullable String time, Instant now) {
        return time == null ? "-" : of(Duration.between(now, Instant.parse(time)));
    }

    /** The time of day where it is near, with its distance; otherwise the date too. Local time. */
    static String at(String time, Instant now) {
        Instant instant = Instant.parse(time);
        Duration distance = Duration.between(now, instant);
        DateTimeFormatter format = distance.abs().compareTo(RECENT) < 0 ? CLOCK : DAY;
        String text = format.format(instant.atZone(ZoneId.systemDefault()));
        return distance.isNegative() ? text : text + " (in " + of(distance) + ")";
    }
}
