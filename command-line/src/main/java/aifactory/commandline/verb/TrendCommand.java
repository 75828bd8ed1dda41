package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.history.HistoryQuery;
import aifactory.commandline.history.TrendWebhook;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.ShareConverter;
import aifactory.commandline.session.Session;
import aifactory.commandline.version.BuildInformation;
import aifactory.reporting.Figures;
import aifactory.reporting.TerminalText;
import aifactory.reporting.html.TrendPage;
import aifactory.reporting.records.FileProblem;
import aifactory.reporting.trend.Trend;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory trend}. */
@Command(
        name = "trend",
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Show metrics over the valid runs of a benchmark in the history, and the runs from which on their level"
                    + " changed.",
            "The benchmark is that of the newest run that the options select: the same workload and model,"
                    + " regardless of the seed.",
            "A change is reported once three runs confirm it. See 'aifactory runs' for the history."
        })
public final class TrendCommand extends Verb implements Callable<Integer> {
    private static final List<String> USUAL_METRICS =
            List.of("ttft_ms.p50", "ttft_ms.p99", "tpot_ms.p50", "request_throughput", "error_share");
    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final int MOST_METRICS = 50;

    @Parameters(
            paramLabel = "METRIC",
            arity = "0..*",
            description = "ttft_ms.p99, request_throughput, …; default: " + "ttft_ms.p50, ttft_ms.p99, tpot_ms.p50,"
                    + " request_throughput, error_share")
    private List<String> metrics = new ArrayList<>();

    @Mixin
    private HistoryOptions options = new HistoryOptions();

    @Option(
            names = "--min-change",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "smallest change of a level that is reported; default: 0.01")
    private double leastChange = 0.01;

    @Option(names = "--check", description = "exit with 1 when a metric became worse at one of the --recent runs")
    private boolean check;

    @Option(
            names = "--recent",
            paramLabel = "N",
            description = "number of last runs for --check and --webhook; default: 5")
    private int recent = 5;

    @Option(
            names = "--webhook",
            paramLabel = "NAME",
            description = "when a metric became worse at one of the --recent runs, post it as JSON to the URL that the"
                    + " configuration file has under 'webhooks'")
    private @Nullable String webhook;

    @Option(names = "--html", paramLabel = "FILE", description = "write a page with charts")
    private @Nullable String html;

    @Mixin
    private OutputFormat format = new OutputFormat();

    private final Session session;
    private final Configuration configuration;

    public TrendCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    /** A trend for programs, schema {@code aifactory.trend/1}. */
    private record TrendDocument(String schema, String benchmark, String model, String load, List<Trend> metrics) {}

    @Override
    public Integer call() {
        if (recent < 1) {
            throw CommandFailure.wrongInput("invalid value for --recent: '" + recent + "' (expected 1 or more)");
        }
        URI address = webhook == null ? null : configuration.webhook(webhook);
        List<HistoryEntry> series = series();
        if (series.isEmpty()) {
            throw CommandFailure.wrongInput(
                    "no valid runs in the history match: 'aifactory runs' lists all, 'aifactory benchmark' adds one");
        }
        List<Trend> trends = trends(series);
        HistoryEntry newest = series.getLast();
        if (html != null) {
            write(
                    session.resolve(html),
                    TrendPage.of(
                            newest.model() + ": " + newest.load(),
                            trends,
                            BuildInformation.ofThisProgram().version()));
        }
        if (format.isJson()) {
            OutputFormat.printJson(
                    session,
                    new TrendDocument("aifactory.trend/1", newest.benchmark(), newest.model(), newest.load(), trends));
        } else {
            print(newest, trends);
        }
        return judge(newest, trends, address).number();
    }

    /** The runs of the newest run's benchmark, the oldest first. */
    private List<HistoryEntry> series() {
        List<HistoryEntry> selected = options.select(session, configuration);
        List<HistoryEntry> valid =
                selected.stream().filter(HistoryEntry::isValid).toList();
        if (valid.isEmpty()) {
            return List.of();
        }
        String benchmark = valid.getFirst().benchmark();
        List<HistoryEntry> same = valid.stream()
                .filter(entry -> entry.benchmark().equals(benchmark))
                .toList();
        int others = valid.size() - same.size();
        int invalid = selected.size() - valid.size();
        if (others + invalid > 0) {
            session.note("aifactory: left out: " + others + " runs of other workloads or models, " + invalid
                    + " runs that are not valid");
        }
        return same.reversed();
    }

    private List<Trend> trends(List<HistoryEntry> series) {
        List<String> named = metrics.isEmpty()
                ? USUAL_METRICS.stream()
                        .filter(metric -> series.stream().anyMatch(run -> Double.isFinite(run.value(metric))))
                        .toList()
                : metrics;
        if (named.size() > MOST_METRICS) {
            throw CommandFailure.wrongInput(named.size() + " metrics: name at most " + MOST_METRICS);
        }
        List<Trend> trends = new ArrayList<>();
        for (String metric : named) {
            HistoryQuery.requireValue(series, metric);
            trends.add(Trend.of(
                    metric,
                    series.stream()
                            .map(run -> new Trend.Run(
                                    run.runId(),
                                    run.title(),
                                    run.startedAt(),
                                    run.value(metric),
                                    run.serverVersion(),
                                    run.clientVersion()))
                            .toList(),
                    leastChange));
        }
        return trends;
    }

    private void print(HistoryEntry newest, List<Trend> trends) {
        int width = session.columns();
        line(newest.model() + ": " + newest.load(), width);
        for (Trend trend : trends) {
            List<Trend.Run> runs = trend.runs();
            session.out().println();
            line(
                    trend.metric() + "  " + runs.size() + " runs, "
                            + LocalTimes.ofInstant(runs.getFirst().startedAt())
                            + " to " + LocalTimes.ofInstant(runs.getLast().startedAt()) + ", latest "
                            + Figures.of(runs.getLast().value()),
                    width);
            line("  " + sparkline(runs, Math.max(20, width - 4)), width);
            if (trend.changes().isEmpty()) {
                line(runs.size() < 6 ? "  too few runs for a change: it takes 6" : "  no change", width);
            }
            for (Trend.Change change : trend.changes()) {
                line(
                        "  " + LocalTimes.ofInstant(change.startedAt()) + "  " + change.runId() + "  "
                                + Figures.of(change.before()) + " → " + Figures.of(change.after()) + "  "
                                + inWords(trend, change),
                        width);
                line("    " + (change.versions().isEmpty() ? "no version changed" : change.versions()), width);
            }
        }
    }

    private static String inWords(Trend trend, Trend.Change change) {
        boolean isRatio = change.before() > 0 && trend.runs().stream().allMatch(run -> run.value() > 0);
        String amount = isRatio
                ? String.format(Locale.ROOT, "%+.1f %%", change.change() * 100)
                : String.format(Locale.ROOT, "%+.3f", change.change());
        return amount + (change.worse() ? ", worse" : ", better");
    }

    private void line(String text, int width) {
        TerminalText.wrap(TerminalText.safe(text), width, 4).forEach(session.out()::println);
    }

    /** The last runs that fit. */
    private static String sparkline(List<Trend.Run> runs, int width) {
        List<Trend.Run> shown = runs.subList(Math.max(0, runs.size() - width), runs.size());
        double least = shown.stream().mapToDouble(Trend.Run::value).min().orElse(0);
        double most = shown.stream().mapToDouble(Trend.Run::value).max().orElse(0);
        StringBuilder line = new StringBuilder();
        for (Trend.Run run : shown) {
            int level = most > least ? (int) Math.round((run.value() - least) / (most - least) * 7) : 0;
            line.append(BARS.charAt(level));
        }
        return line.toString();
    }

    private ExitCode judge(HistoryEntry newest, List<Trend> trends, @Nullable URI address) {
        List<Trend> worse =
                trends.stream().filter(trend -> !trend.recent(recent).isEmpty()).toList();
        if (worse.isEmpty()) {
            return ExitCode.DONE;
        }
        for (Trend trend : worse) {
            for (Trend.Change change : trend.recent(recent)) {
                session.note("aifactory: " + trend.metric() + " became worse with run " + change.runId() + ": "
                        + inWords(trend, change)
                        + (change.versions().isEmpty() ? "" : " (" + change.versions() + ")"));
            }
        }
        if (address != null) {
            TrendWebhook.send(session, String.valueOf(webhook), address, newest, worse, recent);
        }
        return check ? ExitCode.CHECK_FAILED : ExitCode.DONE;
    }

    private static void write(Path path, String text) {
        try {
            Files.writeString(path, text);
        } catch (IOException e) {
            throw CommandFailure.wrongInput("cannot write " + path + ": " + FileProblem.of(e)
                    + "; give a file in a directory that exists and can be written");
        }
    }
}
