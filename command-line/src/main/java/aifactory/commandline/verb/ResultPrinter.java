package aifactory.commandline.verb;

import aifactory.commandline.follow.RunVerdict;
import aifactory.commandline.session.Session;
import aifactory.protocol.RunSummary;
import aifactory.reporting.ResultTable;
import aifactory.reporting.RunFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Prints what came of a run. */
final class ResultPrinter {
    private static final int WIDEST_COLUMNS = 120;

    private ResultPrinter() {}

    /**
     * Prints the summary as JSON or as a table on standard output, and what keeps the exit code from being 0 on
     * standard error.
     *
     * @param directory the directory of the run's files; null without files
     * @return the exit code
     */
    static int print(
            Session session, boolean isJson, RunSummary summary, @Nullable Path directory, RunVerdict verdict) {
        if (isJson) {
            session.out()
                    .println(RunFormat.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(summary));
        } else {
            int width = Math.min(session.columns(), WIDEST_COLUMNS);
            session.printColoured(ResultTable.render(summary, width, session.isColoured()));
            if (directory != null) {
                session.out().println();
                session.out().println("Report: " + directory.resolve("report.html"));
                session.out().println("Files:  " + directory);
            }
        }
        verdict.reasons().forEach(reason -> session.note("aifactory: " + reason));
        return verdict.exitCode().number();
    }
}
