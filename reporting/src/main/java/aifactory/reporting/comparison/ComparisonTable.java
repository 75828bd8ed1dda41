package aifactory.reporting.comparison;

import aifactory.reporting.Figures;
import aifactory.reporting.TerminalText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A comparison as text for a terminal. What may be concluded comes first; differences without enough requests are not
 * shown. Used by one thread.
 */
public final class ComparisonTable {
    private static final String RESET = "\u001b[0m";
    private static final int NARROWEST = 60;
    private static final int LABEL_WIDTH = 7;
    private static final int VALUE_WIDTH = 10;
    private static final int INTERVAL_WIDTH = 20;
    private static final int LONGEST_RESULT = 19;

    private final Comparison comparison;
    private final int width;
    private final boolean ansi;
    private final boolean showsIntervals;
    private final StringBuilder text = new StringBuilder();

    private ComparisonTable(Comparison comparison, int width, boolean ansi) {
        this.comparison = comparison;
        this.width = Math.max(NARROWEST, width);
        this.ansi = ansi;
        this.showsIntervals = this.width >= LABEL_WIDTH + 3 * VALUE_WIDTH + INTERVAL_WIDTH + 2 + LONGEST_RESULT;
    }

    /** The table without conditions. */
    public static String render(Comparison comparison, int width, boolean ansi) {
        return render(comparison, List.of(), width, ansi);
    }

    /**
     * The table, each line ended.
     *
     * @param conditions with what became of them
     * @param width columns of the terminal
     * @param ansi whether to use colour
     */
    public static String render(Comparison comparison, List<FailCondition.Result> conditions, int width, boolean ansi) {
        ComparisonTable table = new ComparisonTable(comparison, width, ansi);
        table.verdict(conditions);
        table.differences();
        table.notes();
        return table.text.toString();
    }

    private void verdict(List<FailCondition.Result> conditions) {
        String outcome = FailCondition.Outcome.of(conditions)
                .map(worst -> worst.name() + "  ")
                .orElse("");
        List<String> sentence = TerminalText.wrap(outcome + TerminalText.safe(comparison.sentence()), width, 0);
        sentence.forEach(line -> line(ansi ? "\u001b[1m" + line + RESET : line));
        line("");
        for (FailCondition.Result condition : conditions) {
            wrapped(condition.sentence());
        }
        comparison.warnings().forEach(warning -> wrapped("! " + warning));
        for (Comparison.Side side : comparison.sides()) {
            wrapped(side.name() + ": " + String.join(", ", side.runs()) + " (" + Figures.count(side.completed())
                    + " completed, " + Figures.count(side.failed()) + " failed)");
        }
        line("");
    }

    private void differences() {
        boolean concludes = comparison.isComparable();
        row("", "before", "after", concludes ? "change" : "", concludes ? "interval" : "", concludes ? "result" : "");
        Map<String, List<Difference>> byMetric = new LinkedHashMap<>();
        List<Difference> all = new ArrayList<>(comparison.differences());
        all.addAll(comparison.ofRuns());
        all.stream()
                .filter(difference -> difference.finding() != Difference.Finding.TOO_FEW)
                .forEach(difference -> byMetric.computeIfAbsent(difference.metric(), _ -> new ArrayList<>())
                        .add(difference));
        byMetric.values().forEach(this::metric);
    }

    private void metric(List<Difference> differences) {
        Difference first = differences.getFirst();
        String heading = first.metric() + "  " + first.title() + ", " + ComparisonFigures.unit(first);
        String withEffect = heading + effect(first.metric());
        line(withEffect.length() <= width ? withEffect : heading);
        for (Difference difference : differences) {
            boolean concluded = difference.finding() != Difference.Finding.NOT_COMPARABLE;
            row(
                    difference.statistic().equals(Difference.VALUE) ? "" : "  " + difference.statistic(),
                    ComparisonFigures.value(difference, difference.before()),
                    ComparisonFigures.value(difference, difference.after()),
                    concluded ? ComparisonFigures.changeOf(difference).replace(" points", "") : "",
                    concluded ? ComparisonFigures.interval(difference).replace(" %", "") : "",
                    concluded ? coloured(difference) : "");
        }
    }

    private String effect(String metric) {
        return comparison.effects().stream()
                .filter(effect -> comparison.isComparable() && effect.metric().equals(metric))
                .map(effect -> "  (Cliff's δ " + ComparisonFigures.effect(effect) + ")")
                .findFirst()
                .orElse("");
    }

    private String coloured(Difference difference) {
        String words = difference.words();
        return switch (difference.finding()) {
            case SLOWER, WORSE -> ansi ? "\u001b[31m" + words + RESET : words;
            case FASTER, BETTER -> ansi ? "\u001b[32m" + words + RESET : words;
            case DIFFERENT, NO_DIFFERENCE_SHOWN, TOO_FEW, NOT_COMPARABLE -> words;
        };
    }

    private void notes() {
        line("");
        if (comparison.isComparable() && !comparison.missing().isEmpty()) {
            wrapped(comparison.missing());
        }
        if (comparison.isComparable()) {
            wrapped(ComparisonFigures.method(comparison));
        }
    }

    private void wrapped(String paragraph) {
        TerminalText.wrap(TerminalText.safe(paragraph), width, 2).forEach(this::line);
    }

    private void row(String label, String before, String after, String change, String interval, String result) {
        String values = String.format("%-7s%10s%10s%10s", label, before, after, change);
        line(values + (showsIntervals ? String.format("%20s", interval) : "") + "  " + result);
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    /** Markdown, for a pull request. */
    public static String markdown(Comparison comparison, List<FailCondition.Result> conditions) {
        return ComparisonMarkdown.of(comparison, conditions);
    }
}
