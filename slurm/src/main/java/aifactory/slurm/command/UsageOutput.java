package aifactory.slurm.command;

import aifactory.slurm.JobId;
import aifactory.slurm.JobState;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.StepUsage;
import aifactory.slurm.UsageReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads what {@code sacct} and {@code sstat} say of a job's use of its allocation. */
final class UsageOutput {
    private UsageOutput() {}

    /**
     * From {@link SlurmCommands#finishedUsage}; empty when the database does not know the job.
     *
     * @param fields that were asked for
     */
    static Optional<UsageReport> ofAccounting(JobId id, List<String> fields, String output, String nativeCommand)
            throws SlurmUnavailableException {
        List<List<String>> rows = AccountingOutput.rows(output, fields.size());
        // By raw id: the job, or each component of a heterogeneous job, of which the first has the smallest.
        Map<Long, List<List<String>>> byComponent = new TreeMap<>();
        for (List<String> row : rows) {
            byComponent
                    .computeIfAbsent(SlurmText.number(jobOf(row), 0), key -> new ArrayList<>())
                    .add(row);
        }
        List<UsageReport> components = new ArrayList<>();
        for (List<List<String>> own : byComponent.values()) {
            component(id, fields, own, nativeCommand).ifPresent(components::add);
        }
        return UsageReport.sum(components);
    }

    private static String jobOf(List<String> row) {
        int dot = row.getFirst().indexOf('.');
        return dot < 0 ? row.getFirst() : row.getFirst().substring(0, dot);
    }

    private static Optional<UsageReport> component(
            JobId id, List<String> fields, List<List<String>> rows, String nativeCommand) {
        List<List<String>> allocations =
                rows.stream().filter(row -> row.getFirst().indexOf('.') < 0).toList();
        if (allocations.isEmpty()) {
            return Optional.empty();
        }
        long elapsedSeconds = 0;
        long nodeSeconds = 0;
        for (List<String> row : allocations) {
            // A job that lost nodes has one row for each size that it had.
            elapsedSeconds += SlurmText.number(row.get(2), 0);
            nodeSeconds += SlurmText.number(row.get(2), 0) * SlurmText.number(row.get(3), 0);
        }
        List<String> last = allocations.getLast();
        Map<String, StepUsage> steps = new LinkedHashMap<>();
        for (List<String> row : rows) {
            int dot = row.getFirst().indexOf('.');
            if (dot >= 0) {
                StepUsage step = step(fields, row, row.getFirst().substring(dot + 1));
                steps.put(step.step(), step);
            }
        }
        return Optional.of(new UsageReport(
                id,
                JobState.parse(last.get(1)),
                Duration.ofSeconds(elapsedSeconds),
                nodeSeconds,
                (int) SlurmText.number(last.get(3), 0),
                (int) SlurmText.number(last.get(4), 0),
                last.get(5),
                SlurmText.duration(last.get(6)),
                List.copyOf(steps.values()),
                List.of(nativeCommand)));
    }

    private static StepUsage step(List<String> fields, List<String> row, String step) {
        return new StepUsage(
                step,
                row.getLast(),
                (int) SlurmText.number(row.get(10), 0),
                SlurmText.bytes(row.get(7)),
                SlurmText.reason(row.get(8)),
                SlurmText.bytes(row.get(9)),
                virtualBytes(fields, row),
                pageFaults(fields, row),
                SlurmText.duration(row.get(6)));
    }

    /** Where nothing was sampled, some versions print 0, which no process uses. */
    private static long virtualBytes(List<String> fields, List<String> row) {
        long bytes = SlurmText.bytes(optional(fields, row, "MaxVMSize"));
        return bytes == 0 ? -1 : bytes;
    }

    /** Written as a size, {@code 12K}. */
    private static long pageFaults(List<String> fields, List<String> row) {
        return SlurmText.bytes(optional(fields, row, "AvePages"));
    }

    private static String optional(List<String> fields, List<String> row, String field) {
        int index = fields.indexOf(field);
        return index < 0 ? "" : row.get(index);
    }

    /** {@code 8} or {@code 7+1} as the beginning of the names of its steps. */
    private static String component(List<JobId> jobs, String id) {
        int plus = id.indexOf('+');
        long offset = plus >= 0
                ? SlurmText.number(id.substring(plus + 1), 0)
                : jobs.stream().map(JobId::toString).toList().indexOf(id);
        return offset <= 0 ? "" : "+" + offset + ".";
    }

    /**
     * From {@link SlurmCommands#runningUsage}.
     *
     * @param jobs the job, or its components in their order
     * @param asked the fields that were asked for
     */
    static List<StepUsage> ofRunningSteps(List<JobId> jobs, List<String> asked, String output) {
        List<StepUsage> steps = new ArrayList<>();
        for (String line : output.lines().toList()) {
            List<String> fields = SlurmText.fields(line, '|');
            int dot = fields.getFirst().indexOf('.');
            if (fields.size() == asked.size() && dot > 0) {
                int tasks = (int) SlurmText.number(fields.get(5), 0);
                Duration average = SlurmText.duration(fields.get(4));
                String prefix = component(jobs, fields.getFirst().substring(0, dot));
                steps.add(new StepUsage(
                        prefix + fields.getFirst().substring(dot + 1),
                        "",
                        tasks,
                        SlurmText.bytes(fields.get(1)),
                        SlurmText.reason(fields.get(2)),
                        SlurmText.bytes(fields.get(3)),
                        virtualBytes(asked, fields),
                        pageFaults(asked, fields),
                        average == null ? null : average.multipliedBy(Math.max(1, tasks))));
            }
        }
        return steps;
    }
}
