package aifactory.commandline.progress;

import java.util.List;

/**
 * Progress as text.
 *
 * @param stage the current stage; a change of it is always reported with a new line
 * @param line everything in one line
 * @param area the same for a terminal, a few short lines
 */
public record ProgressText(String stage, String line, List<String> area) {
    public ProgressText {
        area = List.copyOf(area);
    }

    /** A stage with nothing more to say. */
    public static ProgressText of(String stage, String line) {
        return new ProgressText(stage, line, List.of(line));
    }
}
