package aifactory.commandline.dataset;

import aifactory.workload.dataset.DatasetSummary;
import java.util.List;
import java.util.Locale;

/** The summary of a dataset as one page of HTML that needs no other file. Stateless. */
public final class DatasetPage {
    private static final int BAR_WIDTH = 12;
    private static final int HEIGHT = 200;

    private DatasetPage() {}

    /** The page. */
    public static String of(DatasetSummary summary) {
        StringBuilder page = new StringBuilder(
                        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(escaped(summary.path()))
                .append("</title><style>body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem"
                        + " auto;padding:0 1rem}")
                .append("pre{overflow-x:auto}svg{max-width:100%;height:auto}</style></head><body>\n<h1>")
                .append(escaped(summary.path()))
                .append("</h1>\n");
        DatasetSummary.Arrivals arrivals = summary.arrivals();
        if (arrivals != null && arrivals.spanSeconds() > 0) {
            page.append(chart(arrivals));
        }
        // The chart in characters would repeat the picture.
        String text = DatasetText.of(summary)
                .lines()
                .filter(line -> !isChart(line))
                .reduce("", (all, line) -> all + line + "\n");
        return page.append("<pre>")
                .append(escaped(text))
                .append("</pre>\n</body></html>\n")
                .toString();
    }

    private static boolean isChart(String line) {
        return line.contains("│") || line.contains("└") || line.matches(" +0 +[\\d.]+ (s|min|h)");
    }

    private static String chart(DatasetSummary.Arrivals arrivals) {
        List<Long> buckets = arrivals.buckets();
        long most = buckets.stream().mapToLong(Long::longValue).max().orElse(1);
        int width = buckets.size() * BAR_WIDTH;
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"arrivals over time\">\n",
                width,
                HEIGHT + 24,
                width));
        for (int i = 0; i < buckets.size(); i++) {
            double height = (double) buckets.get(i) / most * HEIGHT;
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"#2563eb\"><title>%.3g per second"
                            + " from %s</title></rect>\n",
                    i * BAR_WIDTH,
                    HEIGHT - height,
                    BAR_WIDTH - 2,
                    height,
                    buckets.get(i) / arrivals.bucketSeconds(),
                    DatasetText.seconds(i * arrivals.bucketSeconds())));
        }
        return svg.append(String.format(
                        Locale.ROOT,
                        "<text x=\"0\" y=\"%d\" font-size=\"13\">0</text><text x=\"%d\" y=\"%d\" font-size=\"13\""
                                + " text-anchor=\"end\">%s, peak %.3g per second</text></svg>\n",
                        HEIGHT + 18,
                        width,
                        HEIGHT + 18,
                        DatasetText.seconds(arrivals.spanSeconds()),
                        arrivals.peakPerSecond()))
                .toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
