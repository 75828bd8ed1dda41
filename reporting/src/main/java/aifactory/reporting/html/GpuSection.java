package aifactory.reporting.html;

import aifactory.protocol.GpuSummary;
import aifactory.protocol.RunResult;
import aifactory.reporting.Figures;
import java.util.ArrayList;
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
    private final SampledCharts charts;

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
        this.charts = new SampledCharts(html, "gpu", new TimeAxis(result.summary(), end), end, MOST_BINS);
    }

    /** Writes nothing if sampling was not requested. */
    void write() {
        if (gpus == null) {
            return;
        }
        html.open("section").element("h2", "GPUs");
        gpus.notes().stream().limit(MOST_ROWS).forEach(note -> html.element("p", note + ".", "class", "note"));
        if (gpus.gpus().isEmpty()) {
            html.element("p", "No GPU metrics are available.", "class", "empty");
            html.close().line();
            return;
        }
        html.element("p", note(gpus.gpus().size()), "class", "note");
        List<GpuSummary.Gpu> drawn =
                gpus.gpus().subList(0, Math.min(MOST_LINES, gpus.gpus().size()));
        charts.write(List.of(
                sheet("GPU utilisation, %", drawn, GpuSummary.Point::utilizationPercent),
                sheet("GPU memory in use, MiB", drawn, GpuSummary.Point::memoryUsedMib),
                sheet("GPU power, W", drawn, GpuSummary.Point::powerWatts)));
        overview(gpus.gpus());
        html.close().line();
    }

    private static String note(int count) {
        String note = "GPUs of the clients' nodes, sampled by the clients, in seconds since T0.";
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
                "Maximum memory, MiB",
                "Power mean, W",
                "max, W",
                "Energy, Wh");
        DataTable.write(html, "", "GPUs over the run", heads, rows);
    }

    private static String name(GpuSummary.Gpu gpu) {
        return gpu.client() + " · " + gpu.index();
    }

    private static SampledCharts.Sheet sheet(
            String title, List<GpuSummary.Gpu> gpus, Function<GpuSummary.Point, @Nullable Double> figure) {
        return new SampledCharts.Sheet(
                title,
                gpus.stream()
                        .map(gpu -> new SampledCharts.Sampled(
                                name(gpu),
                                gpu.timeline().stream()
                                        .map(point -> new SampledCharts.Sample(point.second(), figure.apply(point)))
                                        .toList()))
                        .toList());
    }
}
