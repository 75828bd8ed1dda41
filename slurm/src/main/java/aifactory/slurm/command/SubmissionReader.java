package aifactory.slurm.command;

import aifactory.slurm.JobId;
import aifactory.slurm.Refusal;
import aifactory.slurm.Refusals;
import aifactory.slurm.SubmissionResult;
import aifactory.slurm.SubmissionResult.Ambiguous;
import aifactory.slurm.SubmissionResult.Refused;
import aifactory.slurm.SubmissionResult.Submitted;
import aifactory.slurm.SubmissionResult.Unreachable;
import aifactory.slurm.command.CommandOutcome.Exited;
import aifactory.slurm.command.CommandOutcome.NotStarted;
import aifactory.slurm.command.CommandOutcome.OutputTooLarge;
import aifactory.slurm.command.CommandOutcome.TimedOut;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Derives from the result of {@code sbatch} whether a job was created, was not created, or may have been created. */
final class SubmissionReader {
    /** Of a shell that reports a program ended by a signal. */
    private static final int FIRST_SIGNAL_CODE = 129;

    private SubmissionReader() {}

    static SubmissionResult read(CommandOutcome outcome, Duration timeout) {
        return switch (outcome) {
            case NotStarted(String words) -> new Unreachable(words);
            case TimedOut(String output, String error) ->
                new Ambiguous("sbatch did not end within " + timeout.toSeconds() + " s and was killed"
                        + (error.isBlank() ? "" : ": " + SlurmText.words(error)));
            case OutputTooLarge(int limit) ->
                new Ambiguous("sbatch wrote more than " + limit + " bytes and was killed");
            case Exited(int code, String output, String error) ->
                code == 0 ? accepted(output, error) : failed(code, output, error);
        };
    }

    private static SubmissionResult accepted(String output, String error) {
        // A site's wrapper may print before it; the answer is the last line.
        List<String> lines = output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (!lines.isEmpty()) {
            List<String> fields = SlurmText.fields(lines.getLast(), ';');
            if (fields.size() <= 2 && SlurmText.number(fields.getFirst(), 0) > 0) {
                return new Submitted(
                        JobId.parse(fields.getFirst()),
                        fields.size() == 2 && !fields.get(1).isEmpty() ? fields.get(1) : null,
                        error.isBlank() ? List.of() : List.of(SlurmText.words(error)));
            }
        }
        return new Ambiguous("sbatch succeeded without a job id; its output is '" + SlurmText.words(output) + "'");
    }

    private static SubmissionResult failed(int code, String output, String error) {
        String words = SlurmText.words(error.isBlank() ? output : error);
        if (Refusals.saysAnswerWasLost(words)) {
            return new Ambiguous(words);
        }
        if (Refusals.saysNeverSent(words) || Refusals.saysAuthenticationFailed(words)) {
            return new Unreachable(words);
        }
        if (code >= FIRST_SIGNAL_CODE && code < 255) {
            return new Ambiguous("sbatch was ended by signal " + (code - 128) + (words.isEmpty() ? "" : ": " + words));
        }
        Optional<Refusal> refusal = Refusals.recognise(words);
        if (refusal.isPresent()) {
            return new Refused(refusal.get());
        }
        // The controller's errors come with this sentence, and 255 is sbatch's own before it contacts the controller;
        // after anything else there may be a job.
        if (error.contains("Batch job submission failed") || (code == 255 && error.contains("sbatch: "))) {
            return new Refused(Refusals.of(words));
        }
        return new Ambiguous(
                "sbatch ended with exit code " + code + (words.isEmpty() ? " and no message" : ": " + words));
    }
}
