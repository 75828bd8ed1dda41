package aifactory.slurm.simulation;

import aifactory.slurm.command.CommandOutcome.Exited;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** {@code sacct}, parsable and without a header. */
final class SimulatedSacct {
    private static final long BATCH_BYTES = 10_600L * 1024;
    private static final long CLIENT_BYTES = 412_000L * 1024;

    /** Average over the tasks of a step. */
    static final int PAGE_FAULTS = 24;

    private static final String NO_DATABASE = """
            sacct: error: slurm_persist_conn_open_without_init: failed to open persistent connection to host:127.0.0.1:6819: \
            Connection refused
            sacct: error: Sending PersistInit msg: Connection refused
            sacct: error: Problem talking to the database: Connection refused
            """;

    private final FakeSlurm slurm;
    private final SimulatedCluster cluster;

    SimulatedSacct(FakeSlurm slurm, SimulatedCluster cluster) {
        this.slurm = slurm;
        this.cluster = cluster;
    }

    Exited run(SimulatedArguments arguments) {
        if (!cluster.configuration.accounting()) {
            return new Exited(1, "", "Slurm accounting storage is disabled\n");
        }
        if (slurm.isAccountingDown()) {
            return new Exited(1, "", NO_DATABASE);
        }
        List<String> fields =
                List.of(arguments.get("-o", arguments.get("format", "")).split(",", -1));
        String since = arguments.get("starttime", "uts0");
        Instant start = Instant.ofEpochSecond(Long.parseLong(since.substring("uts".length())));
        String name = arguments.get("name");
        String ids = arguments.get("jobs");
        List<String> wanted = ids == null ? List.of() : List.of(ids.split(",", -1));
        StringBuilder output = new StringBuilder();
        List<List<AccountingDatabase.Row>> jobs = new ArrayList<>(cluster.accounting.all());
        if (slurm.isAccountingReversed()) {
            Collections.reverse(jobs);
        }
        for (List<AccountingDatabase.Row> rows : jobs) {
            for (AccountingDatabase.Row row : rows) {
                boolean matches = (name == null || row.job().name().equals(name))
                        && (wanted.isEmpty() || SimulatedSqueue.isAskedFor(wanted, row.job()))
                        && (row.endedAt() == null || !row.endedAt().isBefore(start));
                if (matches) {
                    write(output, row, fields, arguments.get("delimiter", "|"), arguments.has("allocations"));
                }
            }
        }
        return new Exited(0, output.toString(), "");
    }

    private void write(
            StringBuilder output, AccountingDatabase.Row row, List<String> fields, String delimiter, boolean onlyJob) {
        List<String> steps = new ArrayList<>(List.of(""));
        if (!onlyJob && row.startedAt() != null) {
            steps.addAll(List.of("batch", "0"));
        }
        for (String step : steps) {
            output.append(fields.stream().map(field -> value(field, row, step)).collect(Collectors.joining(delimiter)))
                    .append('\n');
        }
    }

    private String value(String field, AccountingDatabase.Row row, String step) {
        boolean isStep = !step.isEmpty();
        SimulatedJob job = row.job();
        boolean isOver = row.state().isTerminal();
        return switch (field) {
            case "JobIDRaw" -> isStep ? job.id + "." + step : Long.toString(job.id);
            case "JobID" -> job.displayedId() + (isStep ? "." + step : "");
            case "State" -> isStep && isOver ? "COMPLETED" : row.stateWords();
            case "ExitCode" -> row.exitCode() + ":" + row.exitSignal();
            case "Reason" -> row.reason();
            case "Submit" -> SimulatedText.seconds(job.submittedAt, "Unknown");
            case "Start" -> SimulatedText.seconds(row.startedAt(), isOver ? "None" : "Unknown");
            case "End" -> SimulatedText.seconds(row.endedAt(), "Unknown");
            case "NodeList" -> row.nodes().isEmpty() ? "None assigned" : SimulatedText.hostList(row.nodes());
            case "Partition" -> isStep ? "" : job.partition();
            case "JobName" -> isStep ? (step.equals("batch") ? "batch" : "aifactory") : job.name();
            case "ElapsedRaw" -> Long.toString(elapsed(row).toSeconds());
            case "NNodes" ->
                Integer.toString(
                        row.nodes().isEmpty() ? job.nodeCount() : row.nodes().size());
            case "AllocCPUS" -> Integer.toString(Math.max(row.nodes().size(), 1) * job.cpusPerNode());
            case "ReqMem" -> isStep ? "" : SimulatedText.memory(SimulatedText.megabytes(job.option("mem", "128G")));
            case "TotalCPU" -> cpuTime(elapsed(row), step);
            case "MaxRSS" -> isStep && isOver ? bytes(step) / 1024 + "K" : "";
            case "MaxRSSNode" ->
                isStep && isOver && !row.nodes().isEmpty() ? row.nodes().getFirst() : "";
            case "AveRSS" -> isStep && isOver ? bytes(step) / 1024 + "K" : "";
            case "MaxVMSize" -> isStep && isOver ? virtualBytes(step) / 1024 + "K" : "";
            case "AvePages" -> isStep && isOver ? Integer.toString(PAGE_FAULTS) : "";
            case "NTasks" ->
                isStep
                        ? (step.equals("batch")
                                ? "1"
                                : Integer.toString(row.nodes().size()))
                        : "";
            default -> throw new IllegalArgumentException("sacct's " + field + " is not simulated; add it");
        };
    }

    private Duration elapsed(AccountingDatabase.Row row) {
        if (row.startedAt() == null || row.state().isTerminal() || row.endedAt() != null) {
            return row.elapsed();
        }
        return Duration.between(row.startedAt(), cluster.clock.now());
    }

    static long bytes(String step) {
        return step.equals("batch") ? BATCH_BYTES : CLIENT_BYTES;
    }

    /** A Java process reserves much more address space than it uses. */
    static long virtualBytes(String step) {
        return bytes(step) * 8;
    }

    /** Each client is busy for a tenth of its time. */
    private static String cpuTime(Duration elapsed, String step) {
        Duration used = step.equals("batch") ? Duration.ofMillis(9) : elapsed.dividedBy(10);
        return "%02d:%02d.%03d".formatted(used.toMinutes(), used.toSecondsPart(), used.toMillisPart());
    }
}
