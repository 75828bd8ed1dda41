package aifactory.slurm.command;

import aifactory.slurm.HeterogeneousJobs;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobState;
import aifactory.slurm.SlurmUnavailableException;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link SlurmCommands#queue()} prints. */
final class QueueOutput {
    private QueueOutput() {}

    static List<JobObservation> parse(String output) throws SlurmUnavailableException {
        List<HeterogeneousJobs.Row> jobs = new ArrayList<>();
        for (String record : SlurmText.fields(output, SlurmCommands.RECORD)) {
            String text = record.startsWith("\n") ? record.substring(1) : record;
            if (!text.isBlank()) {
                jobs.add(job(text));
            }
        }
        return HeterogeneousJobs.merge(jobs);
    }

    private static HeterogeneousJobs.Row job(String record) throws SlurmUnavailableException {
        List<String> fields = SlurmText.fields(record, SlurmCommands.FIELD);
        int expected = SlurmCommands.QUEUE_FIELDS.size();
        if (fields.size() != expected || SlurmText.number(fields.getFirst(), 0) == 0) {
            throw Garbage.of("squeue", record, expected + " fields beginning with a job id");
        }
        JobState state = JobState.parse(fields.get(3));
        JobObservation job = new JobObservation(
                JobId.parse(fields.get(0)),
                fields.get(10),
                state,
                fields.get(3),
                SlurmText.reason(fields.get(4)),
                fields.get(9),
                SlurmText.time(fields.get(7)),
                SlurmText.time(fields.get(5)),
                SlurmText.time(fields.get(6)),
                SlurmText.nodes(fields.get(8)),
                null,
                -1,
                JobObservation.Source.QUEUE);
        return HeterogeneousJobs.Row.of(fields.get(2), job);
    }
}
