package aifactory.commandline.verb;

import aifactory.commandline.composition.TemporaryDirectory;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.session.Session;
import aifactory.protocol.Explanation;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunSummary;
import aifactory.reporting.explanation.ExplanationText;
import aifactory.reporting.files.RunFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aifactory explain}. */
@Command(name = "explain", description = "Show where the time of a run's requests went, and what limits the server.")
public final class ExplainCommand extends Verb implements Callable<Integer> {
    private static final int NARROWEST = 60;
    private static final int WIDEST = 120;

    @Parameters(paramLabel = "RUN", description = "a run, a group (its latest run), or the directory of a run's files")
    private String run = "";

    @Mixin
    private ServiceOptions serviceOptions = new ServiceOptions();

    @Mixin
    private OutputFormat format = new OutputFormat();

    private final Session session;
    private final Configuration configuration;

    public ExplainCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        try (TemporaryDirectory temporary = TemporaryDirectory.make(session)) {
            Path source = new RunSource(session, configuration, serviceOptions).directory(run, temporary.path());
            RunSummary summary = RunFiles.readSummary(source.resolve(RunFiles.SUMMARY));
            if (format.isJson()) {
                Explanation explanation = summary.explanation();
                session.out()
                        .println(JsonFormat.mapper()
                                .writeValueAsString(
                                        explanation == null
                                                ? new Explanation(null, List.of(), List.of())
                                                : explanation));
            } else {
                ExplanationText.lines(summary, Math.clamp(session.columns(), NARROWEST, WIDEST))
                        .forEach(session.out()::println);
            }
        } catch (IOException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        }
        return 0;
    }
}
