package aifactory.slurm.simulation;

import aifactory.slurm.command.SlurmText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How Slurm writes values. */
final class SimulatedText {
    private SimulatedText() {}

    static Duration timeLimit(String text) {
        return Objects.requireNonNull(SlurmText.duration(text), () -> "no time limit: " + text);
    }

    static String seconds(@Nullable Instant time, String otherwise) {
        return time == null ? otherwise : Long.toString(time.getEpochSecond());
    }

    /** {@code D-HH:MM:SS} with leading parts left out, as {@code squeue} and {@code sinfo} write it. */
    static String shortTime(Duration time) {
        if (time.toDays() > 0) {
            return longTime(time);
        }
        return time.toHours() > 0
                ? "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }

    /** As {@code scontrol} writes it. */
    static String longTime(Duration time) {
        String hours = "%02d:%02d:%02d".formatted(time.toHoursPart(), time.toMinutesPart(), time.toSecondsPart());
        return time.toDays() > 0 ? time.toDays() + "-" + hours : hours;
    }

    /** A host list of names that end in three digits. */
    static String hostList(List<String> nodes) {
        if (nodes.isEmpty()) {
            return "";
        }
        if (nodes.size() == 1) {
            return nodes.getFirst();
        }
        List<String> sorted = nodes.stream().sorted().toList();
        String prefix = sorted.getFirst().replaceAll("[0-9]+$", "");
        StringBuilder ranges = new StringBuilder();
        int i = 0;
        while (i < sorted.size()) {
            int j = i;
            while (j + 1 < sorted.size() && number(sorted.get(j + 1), prefix) == number(sorted.get(j), prefix) + 1) {
                j++;
            }
            ranges.append(ranges.isEmpty() ? "" : ",").append(sorted.get(i).substring(prefix.length()));
            if (j > i) {
                ranges.append('-').append(sorted.get(j).substring(prefix.length()));
            }
            i = j + 1;
        }
        return prefix + "[" + ranges + "]";
    }

    private static int number(String node, String prefix) {
        return Integer.parseInt(node.substring(prefix.length()));
    }

    /** A size in Slurm's notation as megabytes. */
    static long megabytes(String size) {
        char unit = size.charAt(size.length() - 1);
        long number = Long.parseLong(Character.isDigit(unit) ? size : size.substring(0, size.length() - 1));
        return switch (unit) {
            case 'K' -> number / 1024;
            case 'G' -> number * 1024;
            case 'T' -> number * 1024 * 1024;
            default -> number;
        };
    }

    /** Megabytes as {@code sacct} and {@code scontrol} write them. */
    static String memory(long megabytes) {
        return megabytes % 1024 == 0 ? megabytes / 1024 + "G" : megabytes + "M";
    }
}
