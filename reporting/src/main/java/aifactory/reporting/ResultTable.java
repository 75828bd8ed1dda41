package aifactory.reporting;

import aifactory.measurement.Metric;
import aifactory.measurement.MetricSummary;
import aifactory.measurement.RequestCounts;
import aifactory.protocol.Finding;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The result of a run as text: the verdict first, then the figures. Stateless. */
public final class ResultTable {
    private static final int NARROWEST = 40;
    private static final int LABEL_WIDTH = 12;
    private static final int FIGURE_WIDTH = 9;
    /** Of a figure with its client share. */
    private static final int SHARED_WIDTH = 16;

    private static final int LABEL_OF_METRIC = "TTFT from schedule ".length();
    private static final int MOST_MODELS = 16;
    private static final int MOST_ERRORS = 8;
    private static final String RESET = "\u001b[0m";

    private final RunSummary summary;
    private final int width;
    private final boolean ansi;
    private final StringBuilder text = new StringBuilder();

    private ResultTable(RunSummary summary, int width, boolean ansi) {
        this.summary = summary;
        this.width = Math.max(NARROWEST, width);
        this.ansi = ansi;
    }

    /**
     * The table, each line ended.
     *
     * @param width columns of the terminal; nothing but a single long word is wider
     * @param ansi whether to use colour; false for anything but a terminal
     */
    public static String render(RunSummary summary, int width, boolean ansi) {
        ResultTable table = new ResultTable(summary, width, ansi);
        table.verdict();
        table.findings();
        table.requests();
        table.latencies();
        table.models();
        table.clients();
        return table.text.toString();
    }

    private void verdict() {
        Verdict verdict = Verdict.of(summary);
        String colour = switch (verdict.level()) {
            case GOOD -> "\u001b[1;32m";
            case DOUBTFUL -> "\u001b[1;33m";
            case BAD -> "\u001b[1;31m";
        };
        List<String> lines = wrap(verdict.word() + "  " + verdict.sentence(), width, 0);
        String first = lines.getFirst();
        int end = verdict.word().length();
        line((ansi ? colour + first.substring(0, end) + RESET : first.substring(0, end)) + first.substring(end));
        lines.stream().skip(1).forEach(this::line);
        for (String reason : verdict.reasons()) {
            wrap("- " + TerminalText.safe(reason), width - 2, 2).forEach(wrapped -> line("  " + wrapped));
        }
        Verdict.advice(summary).ifPresent(advice -> wrap(advice, width, 0).forEach(this::line));
        line("");
    }

    private void findings() {
        List<Finding> findings = summary.allFindings();
        if (findings.isEmpty()) {
            return;
        }
        line(ansi ? "\u001b[1mFindings" + RESET : "Findings");
        for (Finding finding : findings) {
            String text = "- " + finding.code() + ": " + finding.message() + " " + finding.remedy();
            wrap(TerminalText.safe(text), width - 2, 2).forEach(wrapped -> line("  " + wrapped));
        }
        line("");
    }

    private void requests() {
        RunSummary.Requests requests = summary.requests();
        WorkloadFacts workload = new WorkloadFacts(summary);
        row("Run", TerminalText.safe(summary.runId()) + " of group " + summary.benchmarkId());
        row("Load", TerminalText.safe(workload.model() + ": " + workload.inWords()));
        row(
                "Requests",
                Figures.count(requests.completed()) + " completed of " + Figures.count(requests.scheduled())
                        + " scheduled, " + Figures.count(requests.sent()) + " sent, "
                        + Figures.count(requests.failed()) + " failed, " + Figures.count(requests.cancelled())
                        + " cancelled in " + Figures.seconds(summary.durationS()));
        row(
                "Throughput",
                Figures.of(summary.requestThroughput()) + " req/s, "
                        + Figures.of(summary.outputTokenThroughput()) + " output tok/s, "
                        + Figures.of(summary.totalTokenThroughput()) + " total tok/s");
        if (summary.goodputRps() != null) {
            row("Goodput", goodput(workload));
        }
        if (summary.slo() != null) {
            row("Limits", serviceLevels(summary.slo()));
        }
        row("Tokens", tokens());
        if (summary.energy() != null && !summary.energy().devices().isEmpty()) {
            row("Energy", EnergyText.of(summary.energy()));
        }
        if (requests.documents() != null) {
            row("Documents", documents(requests.documents(), requests.completed()));
        }
        if (!requests.finishReasons().isEmpty()) {
            row("Ended by", counts(requests.finishReasons()));
        }
        if (!requests.errorCauses().isEmpty()) {
            errorCauses(requests.errorCauses());
        } else if (!requests.errors().isEmpty()) {
            row("Errors", counts(requests.errors()));
        }
        if (requests.failureBackoffs() > 0) {
            row(
                    "Backoff",
                    Figures.count(requests.failureBackoffs()) + " waits of 1 s at most after failed requests, "
                            + Figures.seconds(requests.failureBackoffTotalS())
                            + " in all slots together; --no-failure-backoff turns them off");
        }
        line("");
    }

    private String goodput(WorkloadFacts workload) {
        List<String> limits = new ArrayList<>();
        workload.objectives().forEach((metric, limit) -> limits.add(metric + " ≤ " + Figures.plain(limit) + " ms"));
        Double attainment = summary.sloAttainment();
        return Figures.of(summary.goodputRps()) + " req/s; "
                + (attainment == null ? "no request" : Figures.percent(attainment) + " of requests")
                + " met " + (limits.isEmpty() ? "every objective" : TerminalText.safe(String.join(", ", limits)));
    }

    private static String serviceLevels(List<RunSummary.ServiceLevel> levels) {
        List<String> words = new ArrayList<>();
        for (RunSummary.ServiceLevel level : levels) {
            String limit = TerminalText.safe(level.metric() + "." + level.statistic());
            words.add(limit + " " + Figures.of(level.measuredMs()) + (level.met() ? " meets " : " misses ")
                    + Figures.plain(level.limitMs()));
        }
        return String.join("; ", words);
    }

    private String tokens() {
        RunSummary.Tokens tokens = summary.tokens();
        String source = tokens.source() == null
                ? ""
                : " (counted by " + tokens.source().name().toLowerCase(Locale.ROOT) + ", "
                        + Figures.of(tokens.perChunk()) + " per chunk)";
        Long mismatches = tokens.usageMismatches();
        String mismatch = mismatches == null || mismatches == 0
                ? ""
                : "; the server's own count was not believed for " + Figures.count(mismatches) + " requests";
        Long unknown = tokens.unknownRequests();
        String missing = unknown == null || unknown == 0
                ? ""
                : "; output tokens of " + Figures.count(unknown) + " requests are not known: give a --tokenizer";
        boolean isUnknown = tokens.source() == null && tokens.output() == 0 && !missing.isEmpty();
        String output = isUnknown ? "output tokens unknown" : Figures.count(tokens.output()) + " output";
        return Figures.count(tokens.input()) + " input, " + output + source + mismatch + missing;
    }

    private static String documents(RunSummary.Documents documents, long completed) {
        long unchecked = completed - documents.checked();
        return valid(documents) + " are valid by the requested JSON Schema"
                + (unchecked > 0 ? "; " + Figures.count(unchecked) + " responses were not checked" : "");
    }

    /** For example {@code 98.5 % (985 of 1,000)}. */
    private static String valid(RunSummary.Documents documents) {
        return Figures.percent(documents.validShare()) + " (" + Figures.count(documents.valid()) + " of "
                + Figures.count(documents.checked()) + ")";
    }

    private static String counts(Map<String, Long> counts) {
        List<String> parts = new ArrayList<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_ERRORS)
                .forEach(count -> parts.add(TerminalText.safe(count.getKey()) + " " + Figures.count(count.getValue())));
        if (counts.size() > MOST_ERRORS) {
            parts.add(counts.size() - MOST_ERRORS + " more");
        }
        return String.join(", ", parts);
    }

    /** A row for each: what, how often, since when, in the server's own words. */
    private void errorCauses(List<RunSummary.ErrorCause> causes) {
        String label = "Errors";
        for (RunSummary.ErrorCause cause : causes.subList(0, Math.min(MOST_ERRORS, causes.size()))) {
            String status = cause.status() == null ? "" : " (HTTP " + cause.status() + ")";
            String sample = cause.sample() == null ? "" : ": " + TerminalText.safe(cause.sample());
            row(
                    label,
                    TerminalText.safe(cause.cause()) + status + " " + Figures.count(cause.count())
                            + ", the first after " + Figures.seconds(cause.firstMs() / 1000) + sample);
            label = "";
        }
        if (causes.size() > MOST_ERRORS) {
            row("", causes.size() - MOST_ERRORS + " more causes");
        }
    }

    private void latencies() {
        List<Metric> shown = new ArrayList<>();
        for (Metric metric : MetricDefinitions.OF_SERVER) {
            if (hasSamples(summary.metrics().get(metric.jsonName())) && !repeatsTimeToFirstToken(metric)) {
                shown.add(metric);
            }
        }
        if (shown.isEmpty()) {
            wrap("No latencies: no request was completed.", width, 0).forEach(this::line);
            line("");
            return;
        }
        List<Column> columns = columns();
        int label = width - columns.stream().mapToInt(this::widthOf).sum();
        StringBuilder header = new StringBuilder(pad("Latency, ms", label));
        columns.forEach(column -> header.append(padLeft(column.name(), widthOf(column))));
        line(ansi ? "\u001b[1m" + header + RESET : header.toString());
        for (Metric metric : shown) {
            MetricSummary figures = summary.metrics().get(metric.jsonName());
            if (figures != null) {
                StringBuilder row = new StringBuilder(pad(name(metric, label), label));
                columns.forEach(column -> row.append(padLeft(figure(column, figures), widthOf(column))));
                line(row.toString());
            }
        }
        if (showsShares()) {
            wrap("±: what the clients themselves may have added, at the same percentile.", width, 0)
                    .forEach(this::line);
        }
        line("");
    }

    /** A line for each model of a mix. */
    private void models() {
        List<RunResult.Part> models = summary.models();
        long all =
                models.stream().mapToLong(part -> part.requests().scheduled()).sum();
        String label = "Models";
        for (RunResult.Part model : models.subList(0, Math.min(MOST_MODELS, models.size()))) {
            RequestCounts requests = model.requests();
            String name = TerminalText.safe(model.name());
            String share = all == 0 ? "" : " " + Figures.percent((double) requests.scheduled() / all) + " of requests,";
            String valid = model.documents() == null ? "" : ", valid documents " + valid(model.documents());
            row(
                    label,
                    name + ":" + share + " " + Figures.count(requests.completed()) + " completed, "
                            + Figures.count(requests.failed()) + " failed, " + Figures.count(requests.outputTokens())
                            + " output tokens" + valid + latency(model, Metric.TTFT) + latency(model, Metric.E2EL));
            label = "";
        }
        if (models.size() > MOST_MODELS) {
            row("", models.size() - MOST_MODELS + " more models");
        }
        if (!models.isEmpty()) {
            line("");
        }
    }

    private static String latency(RunResult.Part part, Metric metric) {
        MetricSummary figures = part.metrics().get(metric.jsonName());
        return figures != null && figures.count() > 0
                ? ", " + MetricDefinitions.shortName(metric) + " p50 " + Figures.of(figures.p50()) + " ms, p99 "
                        + Figures.of(figures.p99()) + " ms"
                : "";
    }

    private String figure(Column column, MetricSummary figures) {
        MetricSummary.ClientShare share = figures.clientShare();
        Share bound = column.share();
        String figure = Figures.of(column.figure().of(figures));
        return bound == null || share == null || !showsShares()
                ? figure
                : figure + " ± " + Figures.bound(bound.of(share));
    }

    private int widthOf(Column column) {
        return column.share() != null && showsShares() ? SHARED_WIDTH : FIGURE_WIDTH;
    }

    /** Where there are any, and room for those of two percentiles. */
    private boolean showsShares() {
        return width >= LABEL_OF_METRIC + 2 * SHARED_WIDTH
                && summary.metrics().values().stream()
                        .anyMatch(figures -> figures != null && figures.clientShare() != null);
    }

    private static boolean hasSamples(@Nullable MetricSummary figures) {
        return figures != null && figures.count() > 0;
    }

    /** Without reasoning the first output is the first token: once is enough. */
    private boolean repeatsTimeToFirstToken(Metric metric) {
        MetricSummary output = summary.metrics().get(metric.jsonName());
        return metric == Metric.TTFO
                && output != null
                && output.equals(summary.metrics().get(Metric.TTFT.jsonName()));
    }

    private static String name(Metric metric, int room) {
        String title = metric.title();
        return title.length() < room ? title : MetricDefinitions.shortName(metric);
    }

    @FunctionalInterface
    private interface Figure {
        double of(MetricSummary figures);
    }

    @FunctionalInterface
    private interface Share {
        double of(MetricSummary.ClientShare share);
    }

    private record Column(
            String name, Figure figure, @Nullable Share share) {
        Column(String name, Figure figure) {
            this(name, figure, null);
        }
    }

    /** As many as fit, the most informative ones preferred. */
    private List<Column> columns() {
        List<Column> columns = new ArrayList<>(List.of(
                new Column("mean", MetricSummary::mean),
                new Column("p50", MetricSummary::p50, MetricSummary.ClientShare::p50),
                new Column("p90", MetricSummary::p90),
                new Column("p95", MetricSummary::p95),
                new Column("p99", MetricSummary::p99, MetricSummary.ClientShare::p99),
                new Column("max", MetricSummary::max)));
        for (String lessTelling : List.of("mean", "p95", "p90", "max")) {
            if (LABEL_OF_METRIC + columns.stream().mapToInt(this::widthOf).sum() > width) {
                columns.removeIf(column -> column.name().equals(lessTelling));
            }
        }
        return columns;
    }

    private void clients() {
        RunSummary.Clients clients = summary.clients();
        RunSummary.ClientHealth health = summary.clientHealth();
        String lost = clients.lost().isEmpty() ? "" : "; lost: " + TerminalText.safe(clients.lostInWords());
        row(
                "Clients",
                clients.inWords() + ", " + clients.registered()
                        + " registered, started within "
                        + Figures.of(summary.provenance().startSpreadMs()) + " ms" + lost);
        if (health.stamps() != null) {
            row("Stamps", stamps(health.stamps()));
        }
        row(
                "Their worst",
                "CPU " + Figures.percent(health.cpuMax()) + ", event-loop lag p99 "
                        + Figures.of(health.eventLoopLagMs().get("p99")) + " ms, pause "
                        + Figures.of(health.longestPauseMsMax()) + " ms, GC "
                        + Figures.of(health.gcPauseMsMax()) + " ms, clock ± "
                        + Figures.of(health.clockUncertaintyMsMax()) + " ms");
    }

    private static String stamps(RunSummary.Stamps stamps) {
        String steps = stamps.wallClockSteps() == 0
                ? ""
                : "; the wall clock was set " + Figures.count(stamps.wallClockSteps()) + " times, by "
                        + Figures.of(stamps.largestWallClockStepMs()) + " ms at most";
        MetricSummary.ClientShare widths = stamps.coalescedWidthMs();
        return switch (stamps.source()) {
            case KERNEL ->
                "kernel; " + Figures.percent(stamps.coalescedShare()) + " of chunks read together with later ones"
                        + (widths == null ? "" : ", p99 within " + Figures.bound(widths.p99()) + " ms")
                        + steps;
            case PROCESS -> "process: the kernel stamped nothing, so what the clients added is not known" + steps;
            case MIXED -> "mixed: the kernel did not stamp everything, so what the clients added is not known" + steps;
        };
    }

    private void row(String label, String value) {
        List<String> lines = wrap(value, width - LABEL_WIDTH, 0);
        for (int i = 0; i < lines.size(); i++) {
            String shown = i == 0 ? pad(label, LABEL_WIDTH) : " ".repeat(LABEL_WIDTH);
            line((ansi && i == 0 ? "\u001b[1m" + shown + RESET : shown) + lines.get(i));
        }
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    private static List<String> wrap(String text, int width, int indent) {
        return TerminalText.wrap(text, width, indent);
    }
}
