package aifactory.commandline.verb;

import aifactory.commandline.comparison.ComparisonVerdict;
import aifactory.commandline.comparison.Sides;
import aifactory.commandline.composition.TemporaryDirectory;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.session.Session;
import aifactory.reporting.RunFiles;
import aifactory.reporting.RunFormat;
import aifactory.reporting.comparison.ComparedRun;
import aifactory.reporting.comparison.Comparison;
import aifactory.reporting.comparison.ComparisonDocument;
import aifactory.reporting.comparison.ComparisonOptions;
import aifactory.reporting.comparison.ComparisonTable;
import aifactory.reporting.comparison.FailCondition;
import aifactory.reporting.comparison.RunComparison;
import aifactory.reporting.html.ComparisonPage;
import aifactory.reporting.records.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory compare}. */
@Command(
        name = "compare",
        customSynopsis = "aifactory compare RUN... -- RUN... [--fail-if CONDITION]... [OPTIONS]",
        preprocessor = Sides.Preprocessor.class,
        description = {
            "Tell how the runs after '--' differ from those before it, and how sure that is. A side may have several",
            "runs: repeats say more than one long run does."
        })
public final class CompareCommand extends Verb implements Callable<Integer> {
    @Parameters(
            paramLabel = "RUN",
            arity = "0..*",
            description = "a run, a group (its latest run), or the directory of a run's files; '--' parts the sides")
    private List<String> runs = new ArrayList<>();

    @Option(
            names = "--fail-if",
            paramLabel = "CONDITION",
            description = {
                "exit with 1 when it is shown to hold, as 'ttft_ms.p99 > +5%%' or 'e2el_ms.mean > +20ms'; may be given",
                "several times"
            })
    private List<String> failIf = new ArrayList<>();

    @Option(names = "--html", paramLabel = "FILE", description = "write a page with both sides' distributions")
    private @Nullable String html;

    @Option(names = "--markdown", paramLabel = "FILE", description = "write the comparison for a pull request")
    private @Nullable String markdown;

    @Mixin
    private ServiceOptions serviceOptions = new ServiceOptions();

    @Mixin
    private OutputFormat format = new OutputFormat();

    private final Session session;
    private final Configuration configuration;

    public CompareCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        Sides sides = Sides.of(runs);
        List<FailCondition> conditions = parseConditions();
        try (TemporaryDirectory fetched = TemporaryDirectory.make(session)) {
            List<ComparedRun> before = read(sides.before(), fetched.path().resolve("before"));
            List<ComparedRun> after = read(sides.after(), fetched.path().resolve("after"));
            Comparison comparison = RunComparison.compare(before, after, ComparisonOptions.DEFAULTS);
            List<FailCondition.Result> results = FailCondition.evaluate(conditions, comparison);
            write(html, ComparisonPage.of(comparison, results));
            write(markdown, ComparisonTable.markdown(comparison, results));
            print(comparison, results);
            ComparisonVerdict verdict = ComparisonVerdict.of(
                    Stream.concat(before.stream(), after.stream()).toList(), comparison, results);
            verdict.reasons().forEach(reason -> session.note("aifactory: " + reason));
            return verdict.exitCode().number();
        } catch (IOException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        }
    }

    private List<FailCondition> parseConditions() {
        try {
            return failIf.stream().map(FailCondition::parse).toList();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput("--fail-if " + e.getMessage());
        }
    }

    private List<ComparedRun> read(List<String> names, Path fetched) throws IOException {
        RunSource source = new RunSource(session, configuration, serviceOptions);
        List<ComparedRun> read = new ArrayList<>();
        for (String name : names) {
            Path directory = source.directory(name, fetched.resolve(String.valueOf(read.size())));
            RunFiles.StoredRun run = RunFiles.read(directory);
            read.add(new ComparedRun(name, run.summary(), run.records()));
        }
        return read;
    }

    private void write(@Nullable String file, String text) {
        if (file == null) {
            return;
        }
        Path path = session.resolve(file);
        try {
            Files.writeString(path, text);
        } catch (IOException e) {
            throw CommandFailure.wrongInput("cannot write " + path + ": " + FileProblem.of(e)
                    + "; give a file in a directory that exists and can be written");
        }
    }

    private void print(Comparison comparison, List<FailCondition.Result> results) {
        if (format.isJson()) {
            session.out()
                    .println(RunFormat.mapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(ComparisonDocument.of(comparison, results)));
            return;
        }
        session.printColoured(ComparisonTable.render(comparison, session.columns(), session.isColoured()));
        results.forEach(result -> session.out().println(result.sentence()));
        Stream.of(html, markdown)
                .flatMap(Stream::ofNullable)
                .forEach(file -> session.out().println(session.resolve(file)));
    }
}
