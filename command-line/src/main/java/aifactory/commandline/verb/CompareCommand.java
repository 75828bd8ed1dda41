package aifactory.commandline.verb;

import aifactory.commandline.comparison.ComparisonVerdict;
import aifactory.commandline.comparison.Sides;
import aifactory.commandline.composition.TemporaryDirectory;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.load.BenchmarkFile;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.session.Session;
import aifactory.reporting.RunFormat;
import aifactory.reporting.StoredRun;
import aifactory.reporting.comparison.ComparedRun;
import aifactory.reporting.comparison.Comparison;
import aifactory.reporting.comparison.ComparisonDocument;
import aifactory.reporting.comparison.ComparisonOptions;
import aifactory.reporting.comparison.ComparisonTable;
import aifactory.reporting.comparison.FailCondition;
import aifactory.reporting.comparison.RunComparison;
import aifactory.reporting.files.RunFiles;
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
        sortOptions = false,
        customSynopsis = "aifactory compare RUN... -- RUN... [OPTIONS]",
        preprocessor = Sides.Preprocessor.class,
        description = {
            "Compare runs and report differences with confidence intervals. Runs before the first '--' are the"
                    + " baseline;",
            "each '--' starts another side, which is compared with the baseline. A side may have several runs: repeats",
            "narrow an interval more than one long run does. Sides that measured different things are not compared.",
            "Conditions of --fail-if: METRIC.STATISTIC of a latency or a METRIC of whole runs (request_throughput,",
            "output_token_throughput, goodput_rps, error_share, output_tokens_per_request, energy_per_output_token),"
                    + " then",
            "'> +LIMIT' or '< -LIMIT' in %%, in the unit of the metric, or in pp for error_share. PASS: the interval"
                    + " excludes",
            "the limit. FAIL: the difference is shown and beyond the limit; exit code 1. Anything else is inconclusive."
        })
public final class CompareCommand extends Verb implements Callable<Integer> {
    private static final int WIDEST_COLUMNS = 120;

    @Parameters(
            paramLabel = "RUN",
            arity = "0..*",
            description = "run, group (its latest run), or directory of a run's files; '--' separates the sides")
    private List<String> runs = new ArrayList<>();

    @Option(
            names = "--fail-if",
            paramLabel = "CONDITION",
            description = "condition under which the exit code is 1, for instance 'ttft_ms.p99 > +5%%',"
                    + " 'e2el_ms.mean > +20ms', 'request_throughput < -3%%' or 'error_share > +0.5pp'; repeatable")
    private List<String> failIf = new ArrayList<>();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "benchmark file (YAML) whose 'gates' are more such conditions")
    private @Nullable String file;

    @Option(names = "--html", paramLabel = "FILE", description = "write a page with the distributions of all sides")
    private @Nullable String html;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = "write the comparison as Markdown, for a pull request")
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
        List<FailCondition> conditions = conditions();
        try (TemporaryDirectory fetched = TemporaryDirectory.make(session)) {
            List<List<ComparedRun>> read = new ArrayList<>();
            for (List<String> side : sides.sides()) {
                read.add(read(side, fetched.path().resolve(String.valueOf(read.size()))));
            }
            List<Comparison> comparisons = RunComparison.compareAll(read, ComparisonOptions.DEFAULTS);
            List<List<FailCondition.Result>> results = FailCondition.evaluate(conditions, comparisons);
            write(html, ComparisonPage.of(comparisons, results));
            write(markdown, markdown(comparisons, results));
            print(comparisons, results);
            ComparisonVerdict verdict =
                    ComparisonVerdict.of(read.stream().flatMap(List::stream).toList(), comparisons, results, true);
            verdict.reasons().forEach(reason -> session.note("aifactory: " + reason));
            return verdict.exitCode().number();
        } catch (IOException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        }
    }

    private List<FailCondition> conditions() {
        List<FailCondition> conditions = new ArrayList<>();
        if (file != null) {
            conditions.addAll(BenchmarkFile.readGates(session.resolve(file)));
        }
        try {
            failIf.forEach(text -> conditions.add(FailCondition.parse(text)));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput("--fail-if " + e.getMessage());
        }
        return conditions;
    }

    private static String markdown(List<Comparison> comparisons, List<List<FailCondition.Result>> results) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < comparisons.size(); i++) {
            text.append(i == 0 ? "" : "\n---\n\n").append(ComparisonTable.markdown(comparisons.get(i), results.get(i)));
        }
        return text.toString();
    }

    private List<ComparedRun> read(List<String> names, Path fetched) throws IOException {
        RunSource source = new RunSource(session, configuration, serviceOptions);
        List<ComparedRun> read = new ArrayList<>();
        for (String name : names) {
            Path directory = source.directory(name, fetched.resolve(String.valueOf(read.size())));
            StoredRun run = RunFiles.read(directory);
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

    private void print(List<Comparison> comparisons, List<List<FailCondition.Result>> results) {
        if (format.isJson()) {
            session.out()
                    .println(RunFormat.mapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(ComparisonDocument.of(comparisons, results)));
            return;
        }
        for (int i = 0; i < comparisons.size(); i++) {
            if (i > 0) {
                session.out().println();
            }
            session.printColoured(ComparisonTable.render(
                    comparisons.get(i),
                    results.get(i),
                    Math.min(session.columns(), WIDEST_COLUMNS),
                    session.isColoured()));
        }
        Stream.of(html, markdown)
                .flatMap(Stream::ofNullable)
                .forEach(path -> session.out().println(session.resolve(path)));
    }
}
