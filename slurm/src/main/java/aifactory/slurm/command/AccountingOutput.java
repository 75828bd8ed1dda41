package aifactory.slurm.command;

import aifactory.slurm.HeterogeneousJobs;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobState;
import aifactory.slurm.SlurmUnavailableException;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@code sacct} prints. */
final class AccountingOutput {
    private AccountingOutput() {}

    /**
     * One observation per job. A job whose size changed has several rows, {@code RESIZING} and then the state that
     * counts: the last one is taken.
     */
    static List<JobObservation> parse(String output) throws SlurmUnavailableException {
        List<HeterogeneousJobs.Row> jobs = new ArrayList<>();
        for (List<String> row : rows(output, SlurmCommands.ACCOUNTING_FIELDS.size())) {
            jobs.add(HeterogeneousJobs.Row.of(row.get(9), job(row)));
        }
        return HeterogeneousJobs.merge(jobs);
    }

    /**
     * Rows of counted fields. The last field is the name, which may hold line feeds: a line that does not begin as a
     * row does belongs to the one before.
     */
    static List<List<String>> rows(String output, int count) throws SlurmUnavailableException {
        List<List<String>> rows = new ArrayList<>();
        for (String line : output.lines().toList()) {
            List<String> fields = SlurmText.fields(line, SlurmCommands.FIELD);
            if (fields.size() == count && beginsWithJob(fields.getFirst())) {
                rows.add(new ArrayList<>(fields));
            } else if (fields.size() == 1 && !rows.isEmpty()) {
                List<String> last = rows.getLast();
                last.set(count - 1, last.get(count - 1) + "\n" + line);
            } else if (!line.isBlank()) {
                throw Garbage.of("sacct", line, count + " fields beginning with a job id");
            }
        }
        return rows;
    }

    private static boolean beginsWithJob(String field) {
        int dot = field.indexOf('.');
        return SlurmText.number(dot < 0 ? field : field.substring(0, dot), 0) > 0;
    }

    private static JobObservation job(List<String> row) throws SlurmUnavailableException {
        if (SlurmText.number(row.getFirst(), 0) == 0) {
            throw Garbage.of("sacct", row.getFirst(), "job ids");
        }
        JobState state = JobState.parse(row.get(1));
        return new JobObservation(
                JobId.parse(row.get(0)),
                row.get(10),
                state,
                row.get(1),
                SlurmText.reason(row.get(3)),
                row.get(8),
                SlurmText.time(row.get(4)),
                SlurmText.time(row.get(5)),
                SlurmText.time(row.get(6)),
                SlurmText.nodes(row.get(7)),
                state.isTerminal() ? SlurmText.exit(row.get(2)) : null,
                -1,
                JobObservation.Source.ACCOUNTING);
    }
}
