package aifactory.commandline.dataset;

import aifactory.workload.dataset.DatasetSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The summary of a dataset as text. Stateless. */
public final class DatasetText {
    private DatasetText() {}

    /** Lines, each ended. */
    public static String of(DatasetSummary summary) {
        List<String> lines = new ArrayList<>();
        lines.add(summary.path());
        lines.add(row("format", summary.format().name().toLowerCase(Locale.ROOT)));
        lines.add(row("entries", String.format(Locale.ROOT, "%,d", summary.entries())));
        lines.add(row("requests", requests(summary)));
        if (summary.badEntries() > 0) {
            lines.add(row("broken", String.format(Locale.ROOT, "%,d entries are not sent", summary.badEntries())));
        }
        if (summary.leftOutEntries() > 0) {
            lines.add(row(
                    "left out",
                    String.format(Locale.ROOT, "%,d entries have nothing to send", summary.leftOutEntries())));
        }
        summary.problems().forEach(problem -> lines.add(row("", problem)));
        DatasetSummary.Arrivals arrivals = summary.arrivals();
        if (arrivals == null) {
            lines.add(row("times", "none"));
        } else {
            lines.add(row("times", times(summary.timeUnit(), arrivals)));
        }
        lines.add(row(
                "shared",
                String.format(
                        Locale.ROOT,
                        "%.1f %% of the input tokens are prefixes of earlier requests (%s)",
                        summary.sharedPrefixes().share() * 100,
                        summary.sharedPrefixes().basis())));
        lines.add(row("sha256", summary.sha256()));
        lines.add("");
        if (arrivals != null && arrivals.spanSeconds() > 0) {
            String peak = String.format(Locale.ROOT, "%.3g/s", arrivals.peakPerSecond());
            lines.add(RateChart.of(arrivals.buckets(), peak, seconds(arrivals.spanSeconds())));
        }
        lines.add(heading());
        lines.add(distribution("input tokens", summary.inputTokens()));
        if (summary.outputTokens() != null) {
            lines.add(distribution("output tokens", summary.outputTokens()));
        }
        lines.add(distribution("turns per session", summary.turns()));
        lines.add("lengths: " + summary.lengthSource());
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    private static String requests(DatasetSummary summary) {
        return String.format(Locale.ROOT, "%,d in %,d sessions", summary.requests(), summary.sessions());
    }

    private static String times(@Nullable String unit, DatasetSummary.Arrivals arrivals) {
        return String.format(
                Locale.ROOT,
                "read as %s: %s, mean %.3g per second, peak %.3g per second, variation of gaps %.2f",
                unit,
                seconds(arrivals.spanSeconds()),
                arrivals.meanPerSecond(),
                arrivals.peakPerSecond(),
                arrivals.gapVariation());
    }

    static String seconds(double seconds) {
        return seconds < 600
                ? String.format(Locale.ROOT, "%.3f s", seconds)
                : seconds < 36_000
                        ? String.format(Locale.ROOT, "%.1f min", seconds / 60)
                        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }

    private static String row(String name, String value) {
        return String.format(Locale.ROOT, "  %-9s %s", name, value);
    }

    private static String heading() {
        return String.format(
                Locale.ROOT, "%-18s %9s %9s %9s %9s %9s %9s", "", "min", "mean", "p50", "p90", "p99", "max");
    }

    private static String distribution(String name, DatasetSummary.Distribution numbers) {
        return String.format(
                Locale.ROOT,
                "%-18s %,9d %,9.1f %,9d %,9d %,9d %,9d",
                name,
                numbers.min(),
                numbers.mean(),
                numbers.p50(),
                numbers.p90(),
                numbers.p99(),
                numbers.max());
    }
}
