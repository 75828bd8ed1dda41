package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.history.HistoryQuery;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import aifactory.reporting.Figures;
import aifactory.reporting.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aifactory runs}. */
@Command(
        name = "runs",
        sortOptions = false,
        abbreviateSynopsis = true,
        synopsisSubcommandLabel = "[COMMAND]",
        commandListHeading = "%nCommands:%n",
        description = {
            "List the runs of the history: every run of benchmark, demo and run --follow, with its verdict, load and"
                    + " main values.",
            "The history needs no service. A run is named by its id or its name; the newest run of a name counts.",
            "Verdict, load and all values are also in --json."
        },
        subcommands = {
            RunsOpenCommand.class,
            RunsRenameCommand.class,
            RunsTagCommand.class,
            RunsNoteCommand.class,
            RunsDeleteCommand.class,
            RunsRerunCommand.class,
            RunsImportCommand.class
        })
public final class RunsCommand extends Verb implements Callable<Integer> {
    private static final int WIDE_COLUMNS = 120;
    private static final int USUAL_LIMIT = 20;

    @Mixin
    private HistoryOptions options = new HistoryOptions();

    @Option(
            names = "--sort",
            paramLabel = "VALUE",
            description = "order: time (newest first), name, verdict, model, or a value such as ttft_ms.p99 or"
                    + " request_throughput; default: time")
    private String sort = "time";

    @Option(names = "--reverse", description = "reverse the order")
    private boolean reverse;

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = CountConverter.RequestsOrNone.class,
            description = "number of runs to list, 0 for all; default: 20")
    private long limit = USUAL_LIMIT;

    @Option(names = "--names", description = "print only names and ids, one per line, for scripts and completion")
    private boolean names;

    @Mixin
    private OutputFormat format = new OutputFormat();

    private final Session session;
    private final Configuration configuration;

    public RunsCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        List<HistoryEntry> all = HistoryQuery.sorted(options.select(session, configuration), sort);
        List<HistoryEntry> ordered = reverse ? all.reversed() : all;
        if (names) {
            ordered.stream()
                    .flatMap(entry -> List.of(entry.title(), entry.runId()).stream())
                    .distinct()
                    .filter(name -> !name.contains(" "))
                    .forEach(name -> session.out().println(name));
            return 0;
        }
        List<HistoryEntry> shown = limit == 0 ? ordered : ordered.subList(0, (int) Math.min(limit, ordered.size()));
        if (format.isJson()) {
            OutputFormat.printJson(session, shown);
            return 0;
        }
        if (shown.isEmpty()) {
            session.out()
                    .println("No runs. 'aifactory benchmark' adds one; 'aifactory runs import DIR' adds existing"
                            + " results.");
            return 0;
        }
        print(shown);
        if (shown.size() < ordered.size()) {
            session.out().println(ordered.size() - shown.size() + " more: --limit 0 lists all");
        }
        return 0;
    }

    private void print(List<HistoryEntry> entries) {
        boolean isWide = session.columns() >= WIDE_COLUMNS;
        TextTable table = isWide
                ? new TextTable("RUN", "STARTED", "VERDICT", "REQ/S", "TTFT P50", "TTFT P99", "MODEL", "LOAD")
                : new TextTable("RUN", "STARTED", "VERDICT", "REQ/S", "TTFT P50", "TTFT P99");
        for (HistoryEntry entry : entries) {
            List<Object> cells = new ArrayList<>(List.of(
                    cut(entry.title(), 26),
                    LocalTimes.ofInstant(entry.startedAt()),
                    entry.verdict().toLowerCase(Locale.ROOT),
                    Figures.of(entry.value("request_throughput")),
                    Figures.of(entry.value("ttft_ms.p50")),
                    Figures.of(entry.value("ttft_ms.p99"))));
            if (isWide) {
                cells.add(cut(entry.model(), 30));
                cells.add(entry.load());
            }
            table.row(cells.toArray());
        }
        List<String> lines = table.toString().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            session.out().println(cut(lines.get(i), Math.max(80, session.columns())));
            if (i > 0) {
                details(entries.get(i - 1), isWide);
            }
        }
    }

    /** What has no column: below the run. */
    private void details(HistoryEntry entry, boolean isWide) {
        List<String> parts = new ArrayList<>();
        if (entry.label().name() != null) {
            parts.add("id " + entry.runId());
        }
        new TreeMap<>(entry.label().tags()).forEach((key, value) -> parts.add(key + "=" + value));
        if (!isWide) {
            parts.add(entry.model() + ": " + entry.load());
        }
        if (entry.label().note() != null) {
            parts.add(entry.label().note());
        }
        if (!parts.isEmpty()) {
            String text = TerminalText.safe(String.join(" · ", parts));
            TerminalText.wrap(text, Math.max(40, session.columns()) - 2, 0)
                    .forEach(line -> session.out().println("  " + line));
        }
    }

    private static String cut(String text, int width) {
        String safe = TerminalText.safe(text);
        return safe.length() <= width ? safe : safe.substring(0, width - 1) + "…";
    }
}
