package aifactory.reporting.html;

import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import aifactory.reporting.WorkloadFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The time of a run, from T0 to its end, along the horizontal axis that all charts of its course share. */
final class TimeAxis {
    private static final int STEPS = 5;

    private final RunSummary summary;
    private final double endSecond;

    /** @param endSecond from T0 to the end of the last stretch */
    TimeAxis(RunSummary summary, double endSecond) {
        this.summary = summary;
        this.endSecond = endSecond;
    }

    /** Where a time stands, 0 to 1. */
    double position(double second) {
        return Math.clamp(second / length(), 0, 1);
    }

    private double length() {
        return endSecond + 0.5;
    }

    List<LineChart.Tick> ticks() {
        double unit = endSecond <= 300 ? 1 : endSecond <= 14_400 ? 60 : 3600;
        String name = endSecond <= 300 ? " s" : endSecond <= 14_400 ? " min" : " h";
        List<LineChart.Tick> ticks = new ArrayList<>();
        for (double tick : AxisTicks.upTo(endSecond / unit, STEPS)) {
            if (tick * unit <= endSecond + 1e-9) {
                ticks.add(new LineChart.Tick(position(tick * unit), Figures.plain(tick) + name));
            }
        }
        return ticks;
    }

    /** Warmup, cooldown, and the tail: what ends after the planned end, when no more requests are sent. */
    List<LineChart.Shade> shades() {
        WorkloadFacts workload = new WorkloadFacts(summary);
        double warmup = seconds(workload.duration("warmup"));
        double cooldown = seconds(workload.duration("cooldown"));
        double planned = seconds(workload.duration("duration"));
        List<LineChart.Shade> shades = new ArrayList<>();
        if (warmup > 0) {
            shades.add(new LineChart.Shade(0, position(warmup)));
        }
        if (cooldown > 0 && planned > cooldown && planned - cooldown < length()) {
            shades.add(new LineChart.Shade(position(planned - cooldown), position(planned)));
        }
        if (planned > 0 && endSecond > planned + 1) {
            shades.add(new LineChart.Shade(position(planned), 1));
        }
        return shades;
    }

    private static double seconds(@Nullable Duration duration) {
        return duration == null ? 0 : duration.toNanos() / 1e9;
    }
}
