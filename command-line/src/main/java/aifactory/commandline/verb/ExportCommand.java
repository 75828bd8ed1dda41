package aifactory.commandline.verb;

import aifactory.commandline.composition.TemporaryDirectory;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.option.NameConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.output.FileCopies;
import aifactory.commandline.output.OutputDirectory;
import aifactory.commandline.session.Session;
import aifactory.reporting.files.RunFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory export}. */
@Command(name = "export", description = "Export the results of a run in the formats of other tools.")
public final class ExportCommand extends Verb implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "a run, a group (its latest run), or the directory of a run's files")
    private String run = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            required = true,
            converter = FormatNames.class,
            completionCandidates = FormatNames.class,
            description = "${COMPLETION-CANDIDATES}")
    private ExportFormat exportFormat = ExportFormat.VLLM;

    @Option(names = "--output", paramLabel = "DIR", required = true, description = "directory for the files")
    private String output = "";

    @Mixin
    private ServiceOptions serviceOptions = new ServiceOptions();

    @Mixin
    private OutputFormat format = new OutputFormat();

    private final Session session;
    private final Configuration configuration;

    public ExportCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        try (OutputDirectory prepared = OutputDirectory.prepare(session.resolve(output));
                TemporaryDirectory temporary = TemporaryDirectory.make(session)) {
            Path source = new RunSource(session, configuration, serviceOptions).directory(run, temporary.path());
            List<Path> written = switch (exportFormat) {
                case VLLM -> FileCopies.of(source, prepared.path(), List.of(RunFiles.VLLM));
                case AIPERF ->
                    FileCopies.of(source, prepared.path(), List.of(RunFiles.AIPERF_SUMMARY, RunFiles.AIPERF_RECORDS));
                case CSV -> FileCopies.of(source, prepared.path(), List.of(RunFiles.CSV));
                case JSONL -> FileCopies.plainRecords(source, prepared.path());
            };
            WrittenFiles.print(session, format.isJson(), written);
        }
        return 0;
    }

    enum ExportFormat {
        VLLM,
        AIPERF,
        CSV,
        JSONL
    }

    /** The formats as they are typed. */
    static final class FormatNames extends NameConverter<ExportFormat> {
        FormatNames() {
            super(List.of(ExportFormat.values()));
        }
    }
}
