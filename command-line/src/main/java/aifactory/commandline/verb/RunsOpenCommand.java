package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import aifactory.protocol.RunSummary;
import aifactory.reporting.ResultTable;
import aifactory.reporting.RunFormat;
import aifactory.reporting.files.RunFiles;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aifactory runs open}. */
@Command(name = "open", description = "Print the result of a run and where its files are.")
public final class RunsOpenCommand extends RunsVerb {
    private static final int WIDEST_COLUMNS = 120;

    @Parameters(paramLabel = "RUN", description = "name or id of a run of the history")
    private String run = "";

    @Mixin
    private OutputFormat format = new OutputFormat();

    public RunsOpenCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    public Integer call() {
        HistoryEntry entry = require(history().read(), run);
        Path directory = session.resolve(entry.directory());
        try {
            RunSummary summary = RunFiles.readSummary(directory.resolve(RunFiles.SUMMARY));
            if (format.isJson()) {
                session.out()
                        .println(RunFormat.mapper()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(summary));
                return 0;
            }
            int width = Math.min(session.columns(), WIDEST_COLUMNS);
            session.printColoured(ResultTable.render(summary, width, session.isColoured()));
            session.out().println();
            session.out().println("Report: " + directory.resolve(RunFiles.REPORT));
            session.out().println("Files:  " + directory);
            if (entry.command() != null) {
                session.out().println("Again:  aifactory runs rerun " + entry.runId());
            }
            return 0;
        } catch (IOException e) {
            throw CommandFailure.wrongInput("the files of run " + entry.title() + " are not in " + directory
                    + " any more: " + e.getMessage() + "; 'aifactory runs import DIR' finds them elsewhere");
        }
    }
}
