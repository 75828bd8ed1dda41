package aifactory.slurm.command;

import aifactory.slurm.ExitStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values as Slurm's commands write them. */
public final class SlurmText {
    private SlurmText() {}

    /** Cuts at every separator; unlike {@link String#split}, keeps empty fields at the end. */
    static List<String> fields(String line, char separator) {
        List<String> fields = new ArrayList<>();
        int start = 0;
        for (int end = line.indexOf(separator); end >= 0; end = line.indexOf(separator, start)) {
            fields.add(line.substring(start, end));
            start = end + 1;
        }
        fields.add(line.substring(start));
        return fields;
    }

    /**
     * Seconds since 1970, or a local date and time if Slurm ignores {@code SLURM_TIME_FORMAT}; null for values such as
     * {@code N/A}.
     */
    static @Nullable Instant time(String text) {
        if (text.isEmpty() || !Character.isDigit(text.charAt(0))) {
            return null;
        }
        try {
            if (text.indexOf('T') > 0) {
                return LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
            }
            long seconds = Long.parseLong(text);
            return seconds == 0 ? null : Instant.ofEpochSecond(seconds);
        } catch (DateTimeException | NumberFormatException e) {
            return null;
        }
    }

    /**
     * {@code D-HH:MM:SS}, {@code HH:MM:SS}, {@code MM:SS.mmm} and similar forms; null for {@code UNLIMITED},
     * {@code infinite} and other texts.
     */
    public static @Nullable Duration duration(String text) {
        if (text.isEmpty() || !Character.isDigit(text.charAt(0))) {
            return null;
        }
        try {
            int dash = text.indexOf('-');
            long days = dash < 0 ? 0 : Long.parseLong(text.substring(0, dash));
            List<String> parts = fields(text.substring(dash + 1), ':');
            if (parts.size() > 3) {
                return null;
            }
            double seconds = 0;
            for (String part : parts) {
                seconds = seconds * 60 + Double.parseDouble(part);
            }
            if (dash >= 0 && parts.size() < 3) {
                // With days, what follows begins with hours: D-HH, D-HH:MM.
                seconds *= parts.size() == 1 ? 3600 : 60;
            } else if (dash < 0 && parts.size() == 1) {
                // A lone number is minutes.
                seconds *= 60;
            }
            return Duration.ofDays(days).plusMillis(Math.round(seconds * 1000));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** A size such as {@code 10600K} or {@code 1.50G} in bytes; -1 if there is no size. */
    public static long bytes(String text) {
        if (text.isEmpty() || !Character.isDigit(text.charAt(0))) {
            return -1;
        }
        int end = text.length();
        while (end > 0 && !Character.isDigit(text.charAt(end - 1))) {
            end--;
        }
        String unit = text.substring(end);
        long factor = switch (unit) {
            case "" -> 1L;
            case "K" -> 1L << 10;
            case "M" -> 1L << 20;
            case "G" -> 1L << 30;
            case "T" -> 1L << 40;
            case "P" -> 1L << 50;
            default -> -1L;
        };
        if (factor < 0) {
            return -1;
        }
        try {
            return Math.round(Double.parseDouble(text.substring(0, end)) * factor);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    static long number(String text, long otherwise) {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return otherwise;
        }
        return Long.parseLong(text);
    }

    static @Nullable ExitStatus exit(String text) {
        try {
            return ExitStatus.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Slurm's word for "nothing" in many fields. */
    static @Nullable String reason(String text) {
        return text.isEmpty() || text.equals("None") || text.equals("(null)") ? null : text;
    }

    /** Without Slurm's words for "no nodes". */
    static String nodes(String text) {
        return text.equals("None assigned") || text.equals("(null)") || text.equals("n/a") ? "" : text;
    }

    /** The words of an error without the command's name in front, on one line. */
    static String words(String error) {
        StringBuilder words = new StringBuilder();
        for (String line : error.lines().toList()) {
            String text = withoutPrefix(line.strip());
            if (!text.isEmpty()) {
                words.append(words.isEmpty() ? "" : "; ").append(text);
            }
        }
        return words.toString();
    }

    private static String withoutPrefix(String line) {
        String text = line;
        for (String command :
                List.of("sbatch: ", "squeue: ", "sacct: ", "scontrol: ", "scancel: ", "sinfo: ", "sstat: ")) {
            if (text.startsWith(command)) {
                text = text.substring(command.length());
            }
        }
        for (String prefix : List.of("error: ", "fatal: ", "slurm_load_jobs error: ", "slurm_load_partitions: ")) {
            if (text.startsWith(prefix)) {
                text = text.substring(prefix.length());
            }
        }
        return text;
    }
}
