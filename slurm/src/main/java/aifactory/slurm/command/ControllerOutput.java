package aifactory.slurm.command;

import aifactory.slurm.HeterogeneousJobs;
import aifactory.slurm.JobDetails;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobState;
import aifactory.slurm.SlurmUnavailableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code scontrol show job -o}: {@code Key=Value} pairs on one line, whose values may hold spaces. */
final class ControllerOutput {
    private static final Pattern KEY = Pattern.compile("(?:^| )([A-Z][A-Za-z0-9/:]*)=");

    private ControllerOutput() {}

    /** One line for a job, and one for each component of a heterogeneous job. */
    static JobDetails parse(String output) throws SlurmUnavailableException {
        List<JobDetails> components = new ArrayList<>();
        List<HeterogeneousJobs.Row> rows = new ArrayList<>();
        // A name or comment may hold a line feed.
        for (String line : output.strip().split("\n(?=JobId=)", -1)) {
            JobDetails details = component(line);
            long leader = SlurmText.number(details.fields().getOrDefault("HetJobId", ""), 0);
            long offset = SlurmText.number(details.fields().getOrDefault("HetJobOffset", ""), 0);
            components.add(details);
            rows.add(HeterogeneousJobs.Row.of(leader, offset, details.observation()));
        }
        return JobDetails.of(HeterogeneousJobs.merge(rows).getFirst(), components);
    }

    private static JobDetails component(String line) throws SlurmUnavailableException {
        Map<String, String> fields = fields(line.strip());
        String id = fields.getOrDefault("JobId", "");
        String state = fields.get("JobState");
        if (SlurmText.number(id, 0) == 0 || state == null) {
            throw Garbage.of("scontrol show job", line, "JobId=… JobState=…");
        }
        return new JobDetails(observation(JobId.parse(id), JobState.parse(state), fields), fields);
    }

    private static JobObservation observation(JobId id, JobState state, Map<String, String> fields) {
        return new JobObservation(
                id,
                fields.getOrDefault("JobName", ""),
                state,
                fields.getOrDefault("JobState", ""),
                SlurmText.reason(fields.getOrDefault("Reason", "")),
                fields.getOrDefault("Partition", ""),
                SlurmText.time(fields.getOrDefault("SubmitTime", "")),
                SlurmText.time(fields.getOrDefault("StartTime", "")),
                SlurmText.time(fields.getOrDefault("EndTime", "")),
                SlurmText.nodes(fields.getOrDefault("NodeList", "")),
                state.isTerminal() ? SlurmText.exit(fields.getOrDefault("ExitCode", "")) : null,
                (int) SlurmText.number(fields.getOrDefault("Restarts", ""), -1),
                JobObservation.Source.CONTROLLER);
    }

    static Map<String, String> fields(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher matcher = KEY.matcher(line);
        String key = null;
        int valueStart = 0;
        while (matcher.find()) {
            if (key != null) {
                fields.putIfAbsent(
                        key, line.substring(valueStart, matcher.start()).strip());
            }
            key = matcher.group(1);
            valueStart = matcher.end();
        }
        if (key != null) {
            fields.putIfAbsent(key, line.substring(valueStart).strip());
        }
        return fields;
    }
}
