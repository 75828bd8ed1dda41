package aifactory.reporting.comparison;

import aifactory.reporting.Figures;
import aifactory.reporting.TerminalText;
import java.util.List;

/** A comparison as text for a terminal, and as Markdown for a pull request. Stateless. */
public final class ComparisonTable {
    private static final String RESET = "\u001b[0m";
    private static final int NARROWEST = 60;

    private ComparisonTable() {}

    /**
     * The table, each line ended.
     *
     * @param width columns of the terminal
     * @param ansi whether to use colour
     */
    public static String render(Comparison comparison, int width, boolean ansi) {
        int columns = Math.max(NARROWEST, width);
        StringBuilder text = new StringBuilder();
        List<String> sentence = TerminalText.wrap(TerminalText.safe(comparison.sentence()), columns, 0);
        text.append(ansi ? "\u001b[1m" : "")
                .append(String.join("\n", sentence))
                .append(ansi ? RESET : "")
                .append("\n\n");
        for (String warning : comparison.warnings()) {
            TerminalText.wrap("! " + TerminalText.safe(warning), columns, 2)
                    .forEach(line -> text.append(line).append('\n'));
        }
        for (Comparison.Side side : comparison.sides()) {
            String names = side.name() + ": " + TerminalText.safe(String.join(", ", side.runs())) + " ("
                    + Figures.count(side.completed()) + " completed, " + Figures.count(side.failed()) + " failed)";
            TerminalText.wrap(names, columns, 2)
                    .forEach(line -> text.append(line).append('\n'));
        }
        text.append('\n');
        line(text, "", "before", "after", "change", "interval", "finding");
        for (Difference difference : comparison.differences()) {
            String words = difference.words();
            line(
                    text,
                    difference.name(),
                    Figures.of(difference.before()),
                    Figures.of(difference.after()),
                    ComparisonFigures.change(difference.change()),
                    ComparisonFigures.interval(difference).replace(" %", ""),
                    ansi ? coloured(difference, words) : words);
        }
        text.append('\n');
        for (Comparison.PlainFigure figure : comparison.throughputs()) {
            line(
                    text,
                    figure.title() + ", " + figure.unit(),
                    Figures.of(figure.before()),
                    Figures.of(figure.after()),
                    ComparisonFigures.change(comparison, figure),
                    "",
                    "");
        }
        TerminalText.wrap("Milliseconds. " + ComparisonFigures.method(comparison), columns, 0)
                .forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static String coloured(Difference difference, String words) {
        return switch (difference.finding()) {
            case SLOWER -> "\u001b[31m" + words + RESET;
            case FASTER -> "\u001b[32m" + words + RESET;
            case NO_DIFFERENCE_SHOWN, TOO_FEW, NOT_COMPARABLE -> words;
        };
    }

    private static void line(
            StringBuilder text, String name, String before, String after, String change, String interval, String word) {
        String line = String.format("%-26s%8s%8s%9s %15s  %s", name, before, after, change, interval, word);
        text.append(line.stripTrailing()).append('\n');
    }

    /** Markdown, with the differences that are shown before the rest. */
    public static String markdown(Comparison comparison, List<FailCondition.Result> conditions) {
        StringBuilder text = new StringBuilder("**")
                .append(markdownText(comparison.sentence()))
                .append("**\n\n");
        for (FailCondition.Result condition : conditions) {
            text.append(condition.holds() ? "- ❌ " : condition.told() ? "- ✅ " : "- ❓ ")
                    .append(markdownText(condition.sentence()))
                    .append('\n');
        }
        comparison
                .warnings()
                .forEach(warning ->
                        text.append("- ⚠️ ").append(markdownText(warning)).append('\n'));
        for (Comparison.Side side : comparison.sides()) {
            text.append("- ").append(side.name()).append(": ").append(markdownText(String.join(", ", side.runs())));
            text.append(" (").append(Figures.count(side.completed())).append(" completed, ");
            text.append(Figures.count(side.failed())).append(" failed)\n");
        }
        text.append("\n| metric, ms | before | after | change | interval | finding |\n|---|--:|--:|--:|--:|---|\n");
        for (Difference difference : comparison.differences()) {
            text.append("| ")
                    .append(String.join(
                            " | ",
                            "`" + difference.name() + "`",
                            Figures.of(difference.before()),
                            Figures.of(difference.after()),
                            ComparisonFigures.change(difference.change()),
                            ComparisonFigures.interval(difference),
                            difference.words()))
                    .append(" |\n");
        }
        for (Comparison.PlainFigure figure : comparison.throughputs()) {
            text.append("| ")
                    .append(String.join(
                            " | ",
                            figure.title() + ", " + figure.unit(),
                            Figures.of(figure.before()),
                            Figures.of(figure.after()),
                            ComparisonFigures.change(comparison, figure),
                            "",
                            ""))
                    .append(" |\n");
        }
        return text.append('\n')
                .append(ComparisonFigures.method(comparison))
                .append('\n')
                .toString();
    }

    /** A text from outside, in which nothing is markup: neither Markdown's nor HTML's. */
    static String markdownText(String text) {
        StringBuilder safe = new StringBuilder();
        for (char c : TerminalText.safe(text).toCharArray()) {
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '@' -> safe.append("&#64;");
                case '\\', '`', '*', '_', '[', ']', '|', '#', '!', '~' ->
                    safe.append('\\').append(c);
                default -> safe.append(c);
            }
        }
        return safe.toString();
    }
}
