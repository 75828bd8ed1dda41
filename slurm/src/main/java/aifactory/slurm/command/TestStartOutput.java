package aifactory.slurm.command;

import aifactory.slurm.Refusals;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.TestStart;
import aifactory.slurm.command.CommandOutcome.Exited;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code sbatch --test-only} prints, on standard error. */
final class TestStartOutput {
    private static final Pattern START = Pattern.compile("to start at (\\S+)");

    private TestStartOutput() {}

    static TestStart read(Exited answer) throws SlurmUnavailableException {
        String words = SlurmText.words(answer.error());
        Matcher matcher = START.matcher(words);
        if (answer.code() == 0 && matcher.find()) {
            Instant start = SlurmText.time(matcher.group(1));
            if (start != null) {
                return new TestStart.Estimated(start, words);
            }
        }
        if (answer.code() != 0 && !words.isEmpty()) {
            return new TestStart.Refused(Refusals.of(words));
        }
        throw Garbage.of("sbatch --test-only", words, "an expected start or a refusal");
    }
}
