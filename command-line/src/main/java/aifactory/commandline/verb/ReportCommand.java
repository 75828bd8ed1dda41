package aifactory.commandline.verb;

import aifactory.commandline.composition.TemporaryDirectory;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.output.FileCopies;
import aifactory.commandline.output.OutputDirectory;
import aifactory.commandline.session.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory report}. */
@Command(name = "report", description = "Write all files of a run, report.html among them, into a directory.")
public final class ReportCommand extends Verb implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "a run, a group (its latest run), or the directory of a run's files")
    private String run = "";

    @Option(names = "--output", paramLabel = "DIR", required = true, description = "directory for the files")
    private String output = "";

    @Mixin
    private ServiceOptions serviceOptions = new ServiceOptions();

    @Mixin
    private OutputFormat format = new OutputFormat();

    private final Session session;
    private final Configuration configuration;

    public ReportCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        try (OutputDirectory prepared = OutputDirectory.prepare(session.resolve(output));
                TemporaryDirectory temporary = TemporaryDirectory.make(session)) {
            Path source = new RunSource(session, configuration, serviceOptions).directory(run, temporary.path());
            List<Path> written = FileCopies.all(source, prepared.path());
            WrittenFiles.print(session, format.isJson(), written);
        }
        return 0;
    }
}
