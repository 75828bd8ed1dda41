package aifactory.reporting.html;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Charts and folded tables of figures that were sampled during a run, on the time axis of its course: the largest of
 * each bin.
 */
final class SampledCharts {
    private final Html html;
    private final String name;
    private final TimeAxis axis;
    private final double binSeconds;
    private final int bins;

    /**
     * @param name begins the ids of the charts and their tables
     * @param endSecond where the axis ends
     * @param mostBins the axis has no more
     */
    SampledCharts(Html html, String name, TimeAxis axis, double endSecond, int mostBins) {
        this.html = html;
        this.name = name;
        this.axis = axis;
        this.binSeconds = Math.max(1, Math.ceil(endSecond / mostBins));
        this.bins = (int) Math.ceil(endSecond / binSeconds);
    }

    /** One sampled source and its values, in any order. */
    record Sampled(String name, List<Sample> samples) {}

    /** @param value null: it did not tell */
    record Sample(double second, @Nullable Double value) {}

    /** One figure of all that were sampled; each has the same place and colour in every figure. */
    record Sheet(String title, List<Sampled> lines) {}

    boolean isEmpty() {
        return bins == 0;
    }

    /** Charts of the metrics that at least one source reported, then all values in a collapsible table. */
    void write(List<Sheet> sheets) {
        html.open("div", "class", "charts");
        for (int i = 0; i < sheets.size(); i++) {
            chart(name + "-" + i, sheets.get(i));
        }
        html.close();
        for (int i = 0; i < sheets.size(); i++) {
            Sheet sheet = sheets.get(i);
            SeriesTable.writeFolded(html, name + "-" + i, sheet.title(), series(sheet), binSeconds);
        }
    }

    private void chart(String id, Sheet sheet) {
        List<LineChart.Series> series = series(sheet);
        double[] positions = IntStream.range(0, bins)
                .mapToDouble(bin -> axis.position((bin + 0.5) * binSeconds))
                .toArray();
        List<Integer> columns = IntStream.rangeClosed(1, series.size()).boxed().toList();
        LineChart chart = new LineChart(
                sheet.title(),
                SeriesTable.description(sheet.title(), series),
                positions,
                axis.ticks(),
                series,
                true,
                axis.shades(),
                id,
                columns);
        if (chart.hasValues()) {
            chart.write(html);
        }
    }

    private List<LineChart.Series> series(Sheet sheet) {
        List<LineChart.Series> series = new ArrayList<>();
        for (Sampled line : sheet.lines()) {
            series.add(new LineChart.Series(line.name(), series.size(), series.size() % 2 == 1, largest(line)));
        }
        return series;
    }

    private double[] largest(Sampled line) {
        double[] largest = new double[bins];
        Arrays.fill(largest, Double.NaN);
        for (Sample sample : line.samples()) {
            int bin = (int) Math.floor(sample.second() / binSeconds);
            if (sample.value() != null && bin >= 0 && bin < bins) {
                largest[bin] = Double.isNaN(largest[bin]) ? sample.value() : Math.max(largest[bin], sample.value());
            }
        }
        return largest;
    }
}
