package aifactory.reporting.html;

import aifactory.protocol.GpuSummary;
import aifactory.protocol.RunResult;
import aifactory.reporting.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the clients' GPUs did, on the time axis of the run's course. */
final class GpuSection {
    private static final int MOST_BINS = 120;
    /** As many as there are colours. */
    private static final int MOST_LINES = 6;

    private static final int MOST_ROWS = 1000;

    private final Html html;
    private final @Nullable GpuSummary gpus;
    private final TimeAxis axis;
    private final double binSeconds;
    private final int bins;

    GpuSection(Html html, RunResult result) {
        this.html = html;
        this.gpus = result.summary().gpus();
        double end = new TimelineBins(result.timeline()).endSecond();
        if (gpus != null) {
            for (GpuSummary.Gpu gpu : gpus.gpus()) {
                end = gpu.timeline().isEmpty()
                        ? end
                        : Math.max(end, Math.ceil(gpu.timeline().getLast().second()));
            }
        }
        this.axis = new TimeAxis(result.summary(), end);
        this.binSeconds = Math.max(1, Math.ceil(end / MOST_BINS));
        this.bins = (int) Math.ceil(end / binSeconds);
    }

    /** Writes nothing when nobody asked for samples. */
    void write() {
        if (gpus == null) {
            return;
        }
        html.open("section").element("h2", "GPUs");
        gpus.notes().stream().limit(MOST_ROWS).forEach(note -> html.element("p", note + ".", "class", "note"));
        if (gpus.gpus().isEmpty()) {
            html.element("p", "No client could tell anything of a GPU.", "class", "empty");
            html.close().line();
            return;
        }
        html.element("p", note(gpus.gpus().size()), "class", "note");
        html.open("div", "class", "charts");
        chart(0, "GPU utilisation, %", GpuSummary.Point::utilizationPercent);
        chart(1, "GPU memory in use, MiB", GpuSummary.Point::memoryUsedMib);
        chart(2, "GPU power, W", GpuSummary.Point::powerWatts);
        html.close();
        table(0, "GPU utilisation, %", GpuSummary.Point::utilizationPercent);
        table(1, "GPU memory in use, MiB", GpuSummary.Point::memoryUsedMib);
        table(2, "GPU power, W", GpuSummary.Point::powerWatts);
        overview(gpus.gpus());
        html.close().line();
    }

    private static String note(int count) {
        String note = "Of the clients' nodes, sampled by the clients, by seconds since the common start.";
        return count > MOST_LINES ? note + " The charts show the first " + MOST_LINES + " of " + count + "." : note;
    }

    private void overview(List<GpuSummary.Gpu> all) {
        List<List<String>> rows = new ArrayList<>();
        for (GpuSummary.Gpu gpu : all.subList(0, Math.min(MOST_ROWS, all.size()))) {
            rows.add(List.of(
                    name(gpu),
                    gpu.name(),
                    Figures.count(gpu.samples()),
                    Figures.of(gpu.utilizationPercentMean()),
                    Figures.of(gpu.utilizationPercentMax()),
                    Figures.of(gpu.memoryUsedMibMax()) + " of " + Figures.of(gpu.memoryTotalMib()),
                    Figures.of(gpu.powerWattsMean()),
                    Figures.of(gpu.powerWattsMax()),
                    Figures.of(gpu.energyWattHours())));
        }
        List<String> heads = List.of(
                "GPU",
                "Kind",
                "Samples",
                "Utilisation mean, %",
                "max, %",
                "Memory at most, MiB",
                "Power mean, W",
                "max, W",
                "Energy, Wh");
        DataTable.write(html, "", "GPUs over the run", heads, rows);
    }

    private static String name(GpuSummary.Gpu gpu) {
        return gpu.client() + " · " + gpu.index();
    }

    private List<LineChart.Series> series(Function<GpuSummary.Point, @Nullable Double> figure) {
        List<LineChart.Series> series = new ArrayList<>();
        if (gpus == null) {
            return series;
        }
        for (GpuSummary.Gpu gpu :
                gpus.gpus().subList(0, Math.min(MOST_LINES, gpus.gpus().size()))) {
            double[] largest = new double[bins];
            Arrays.fill(largest, Double.NaN);
            for (GpuSummary.Point point : gpu.timeline()) {
                Double value = figure.apply(point);
                int bin = (int) Math.floor(point.second() / binSeconds);
                if (value != null && bin >= 0 && bin < bins) {
                    largest[bin] = Double.isNaN(largest[bin]) ? value : Math.max(largest[bin], value);
                }
            }
            series.add(new LineChart.Series(name(gpu), series.size(), series.size() % 2 == 1, largest));
        }
        return series;
    }

    private void chart(int number, String title, Function<GpuSummary.Point, @Nullable Double> figure) {
        List<LineChart.Series> series = series(figure);
        double[] positions = new double[bins];
        for (int i = 0; i < bins; i++) {
            positions[i] = axis.position((i + 0.5) * binSeconds);
        }
        List<Integer> columns = new ArrayList<>();
        for (int i = 1; i <= series.size(); i++) {
            columns.add(i);
        }
        LineChart chart = new LineChart(
                title,
                SeriesTable.description(title, series),
                positions,
                axis.ticks(),
                series,
                true,
                axis.shades(),
                "gpu-" + number,
                columns);
        if (chart.hasValues()) {
            chart.write(html);
        }
    }

    private void table(int number, String title, Function<GpuSummary.Point, @Nullable Double> figure) {
        SeriesTable.writeFolded(html, "gpu-" + number, title, series(figure), binSeconds);
    }
}
