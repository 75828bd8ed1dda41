package aifactory.slurm.command;

import aifactory.slurm.JobDetails;
import aifactory.slurm.StepUsage;
import aifactory.slurm.UsageReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Combines the controller's description of a running job with the resource usage of its steps so far. */
final class RunningUsage {
    private RunningUsage() {}

    static UsageReport of(JobDetails details, List<StepUsage> steps, List<String> nativeCommands) {
        if (details.components().isEmpty()) {
            return component(details, steps, nativeCommands);
        }
        List<UsageReport> components = new ArrayList<>();
        for (JobDetails component : details.components()) {
            // The steps have the names of all components already.
            components.add(component(component, components.isEmpty() ? steps : List.of(), nativeCommands));
        }
        return UsageReport.sum(components).orElseThrow();
    }

    private static UsageReport component(JobDetails details, List<StepUsage> steps, List<String> nativeCommands) {
        Duration elapsed = Objects.requireNonNullElse(
                SlurmText.duration(details.fields().getOrDefault("RunTime", "")), Duration.ZERO);
        int nodes = firstNumber(details.fields().getOrDefault("NumNodes", ""));
        Duration cpuTime = null;
        for (StepUsage step : steps) {
            Duration used = step.cpuTime();
            if (used != null) {
                cpuTime = cpuTime == null ? used : cpuTime.plus(used);
            }
        }
        return new UsageReport(
                details.observation().id(),
                details.observation().state(),
                elapsed,
                elapsed.toSeconds() * nodes,
                nodes,
                firstNumber(details.fields().getOrDefault("NumCPUs", "")),
                memory(details),
                cpuTime,
                steps,
                nativeCommands);
    }

    private static String memory(JobDetails details) {
        String minimum = details.field("MinMemoryNode");
        return minimum == null || minimum.equals("0") ? "" : minimum;
    }

    /** A pending job may show a range, {@code 4-8}. */
    private static int firstNumber(String text) {
        int dash = text.indexOf('-');
        return (int) SlurmText.number(dash < 0 ? text : text.substring(0, dash), 0);
    }
}
