package aifactory.reporting.comparison;

import aifactory.reporting.Figures;
import aifactory.reporting.TerminalText;
import java.util.ArrayList;
import java.util.List;

/** A comparison as Markdown for a pull request. Stateless. */
final class ComparisonMarkdown {
    private ComparisonMarkdown() {}

    static String of(Comparison comparison, List<FailCondition.Result> conditions) {
        StringBuilder text =
                new StringBuilder("**").append(safe(comparison.sentence())).append("**\n\n");
        for (FailCondition.Result condition : conditions) {
            String mark = switch (condition.outcome()) {
                case PASS -> "- ✅ ";
                case FAIL -> "- ❌ ";
                case INCONCLUSIVE -> "- ❓ ";
            };
            text.append(mark).append(safe(condition.sentence())).append('\n');
        }
        comparison
                .warnings()
                .forEach(warning -> text.append("- ⚠️ ").append(safe(warning)).append('\n'));
        for (Comparison.Side side : comparison.sides()) {
            text.append("- ").append(side.name()).append(": ").append(safe(String.join(", ", side.runs())));
            text.append(" (").append(Figures.count(side.completed())).append(" completed, ");
            text.append(Figures.count(side.failed())).append(" failed)\n");
        }
        table(text, comparison);
        if (comparison.isComparable() && !comparison.missing().isEmpty()) {
            text.append("\n<details><summary>Too few completed requests</summary>\n\n")
                    .append(safe(comparison.missing()))
                    .append("\n</details>\n");
        }
        if (comparison.isComparable()) {
            text.append('\n').append(ComparisonFigures.method(comparison)).append('\n');
        }
        return text.toString();
    }

    private static void table(StringBuilder text, Comparison comparison) {
        text.append("\n| metric | before | after | change | interval | result |\n|---|--:|--:|--:|--:|---|\n");
        List<Difference> all = new ArrayList<>(comparison.differences());
        all.addAll(comparison.ofRuns());
        for (Difference difference : all) {
            if (difference.finding() == Difference.Finding.TOO_FEW) {
                continue;
            }
            text.append("| ")
                    .append(String.join(
                            " | ",
                            "`" + difference.name() + "`, " + ComparisonFigures.unit(difference),
                            ComparisonFigures.value(difference, difference.before()),
                            ComparisonFigures.value(difference, difference.after()),
                            ComparisonFigures.changeOf(difference),
                            ComparisonFigures.interval(difference),
                            difference.words()))
                    .append(" |\n");
        }
    }

    /** A text from outside, in which nothing is markup: neither Markdown's nor HTML's. */
    static String safe(String text) {
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
