package aifactory.slurm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Slurm.
 *
 * @param text as Slurm writes it, for instance {@code 22.05.8}
 * @param year for instance 22
 * @param month for instance 5
 */
public record SlurmVersion(String text, int year, int month) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{2})\\.(\\d{1,2})(?:\\.\\d+\\S*|-\\S+)?");

    /** @throws IllegalArgumentException when the text holds no version */
    public static SlurmVersion parse(String text) {
        Matcher matcher = NUMBERS.matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException(
                    "'" + text + "' names no version of Slurm: expected something like 22.05.8");
        }
        return new SlurmVersion(
                matcher.group(), Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    @Override
    public String toString() {
        return text;
    }
}
