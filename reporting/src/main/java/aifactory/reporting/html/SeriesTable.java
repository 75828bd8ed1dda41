package aifactory.reporting.html;

import aifactory.reporting.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What stands behind a chart of lines over time, for those who want its figures or cannot see it. Stateless. */
final class SeriesTable {
    private SeriesTable() {}

    /** The chart in a sentence. */
    static String description(String title, List<LineChart.Series> series) {
        StringBuilder description = new StringBuilder(title).append(" over time.");
        for (LineChart.Series line : series) {
            double largest = Double.NEGATIVE_INFINITY;
            for (double value : line.values()) {
                largest = Double.isFinite(value) ? Math.max(largest, value) : largest;
            }
            if (largest > Double.NEGATIVE_INFINITY) {
                description.append(String.format(Locale.ROOT, " %s: at most %s.", line.name(), Figures.of(largest)));
            }
        }
        return description.toString();
    }

    /** The table, folded away; nothing when no line has a value. */
    static void writeFolded(Html html, String id, String title, List<LineChart.Series> series, double secondsPerRow) {
        boolean told =
                series.stream().anyMatch(line -> Arrays.stream(line.values()).anyMatch(Double::isFinite));
        if (!told) {
            return;
        }
        List<String> heads = new ArrayList<>(List.of("Second"));
        series.forEach(line -> heads.add(line.name()));
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < series.getFirst().values().length; i++) {
            List<String> row = new ArrayList<>(List.of(Figures.plain(i * secondsPerRow) + " s"));
            for (LineChart.Series line : series) {
                row.add(Figures.of(line.values()[i]));
            }
            rows.add(row);
        }
        DataTable.writeFolded(html, id, "Values of the chart: " + title, title + " over time", heads, rows);
    }
}
