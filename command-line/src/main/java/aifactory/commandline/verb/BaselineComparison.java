package aifactory.commandline.verb;

import aifactory.commandline.comparison.ComparisonVerdict;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.session.Session;
import aifactory.reporting.StoredRun;
import aifactory.reporting.comparison.ComparedRun;
import aifactory.reporting.comparison.Comparison;
import aifactory.reporting.comparison.ComparisonOptions;
import aifactory.reporting.comparison.ComparisonTable;
import aifactory.reporting.comparison.FailCondition;
import aifactory.reporting.comparison.RunComparison;
import aifactory.reporting.files.RunFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Compares a new run with a baseline and judges it by the gates of its benchmark file. */
final class BaselineComparison {
    private static final int WIDEST_COLUMNS = 120;

    private final Session session;
    private final String name;
    private final StoredRun baseline;

    private BaselineComparison(Session session, String name, StoredRun baseline) {
        this.session = session;
        this.name = name;
        this.baseline = baseline;
    }

    /**
     * Reads the baseline, so that one that cannot be read is refused before anything is started.
     *
     * @param name as the user named it
     * @param directory of its files
     */
    static BaselineComparison with(Session session, String name, Path directory) {
        try {
            return new BaselineComparison(session, name, RunFiles.read(directory));
        } catch (IOException e) {
            throw CommandFailure.wrongInput("--baseline " + name + ": " + e.getMessage());
        }
    }

    /**
     * Prints the comparison, unless only JSON is to be printed, and what became of each gate.
     *
     * @param directory of the new run's files
     */
    ExitCode judge(Path directory, List<FailCondition> gates, boolean isJson) {
        try {
            List<ComparedRun> before = List.of(new ComparedRun(name, baseline.summary(), baseline.records()));
            StoredRun stored = RunFiles.read(directory);
            List<ComparedRun> after =
                    List.of(new ComparedRun(stored.summary().runId(), stored.summary(), stored.records()));
            Comparison comparison = RunComparison.compare(before, after, ComparisonOptions.DEFAULTS);
            List<FailCondition.Result> results = FailCondition.evaluate(gates, comparison);
            if (!isJson) {
                session.out().println();
                session.printColoured(ComparisonTable.render(
                        comparison, results, Math.min(session.columns(), WIDEST_COLUMNS), session.isColoured()));
            }
            ComparisonVerdict verdict = ComparisonVerdict.of(
                    List.of(before.getFirst(), after.getFirst()), List.of(comparison), List.of(results), !isJson);
            verdict.reasons().forEach(reason -> session.note("aifactory: " + reason));
            return verdict.exitCode();
        } catch (IOException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        }
    }
}
