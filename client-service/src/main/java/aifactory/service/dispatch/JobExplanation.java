package aifactory.service.dispatch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a job is where it is.
 *
 * @param word the other side's for its state
 * @param reason the other side's, null for none
 * @param verdict fine, waiting, blocked, failed or uncertain
 * @param cause one sentence
 * @param remedy one sentence
 * @param expectedStart ISO 8601, null if unknown
 * @param runs whether its processes should be running
 */
public record JobExplanation(
        String word,
        @Nullable String reason,
        String verdict,
        String cause,
        String remedy,
        List<String> facts,
        @Nullable String expectedStart,
        boolean runs,
        List<String> nativeCommands) {
    public JobExplanation {
        facts = List.copyOf(facts);
        nativeCommands = List.copyOf(nativeCommands);
    }
}
