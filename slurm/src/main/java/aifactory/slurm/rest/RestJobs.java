package aifactory.slurm.rest;

import aifactory.slurm.HeterogeneousJobs;
import aifactory.slurm.JobDetails;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobState;
import aifactory.slurm.command.SbatchArguments;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the controller's jobs. */
final class RestJobs {
    private RestJobs() {}

    /** @throws IllegalArgumentException for what is no job */
    static JobObservation observation(JsonNode job, JobObservation.Source source) {
        // Later versions write flags of the state behind it: COMPLETED and COMPLETING is still completing.
        List<String> words = RestJson.words(job.path("job_state"));
        JobState state = state(words);
        return new JobObservation(
                new JobId(job.path("job_id").asLong(0)),
                RestJson.text(job.path("name")),
                state,
                String.join(",", words),
                RestJson.reason(job.path("state_reason")),
                RestJson.text(job.path("partition")),
                RestJson.time(job.path("submit_time")),
                RestJson.time(job.path("start_time")),
                RestJson.time(job.path("end_time")),
                RestJson.text(job.path("nodes")),
                state.isTerminal() ? RestJson.exit(job.path("exit_code")) : null,
                (int) RestJson.number(job.path("restart_cnt"), -1),
                source);
    }

    /** @throws IllegalArgumentException for what is no job */
    static HeterogeneousJobs.Row row(JsonNode job, JobObservation.Source source) {
        return HeterogeneousJobs.Row.of(
                RestJson.number(job.path("het_job_id"), 0),
                RestJson.number(job.path("het_job_offset"), 0),
                observation(job, source));
    }

    static JobState state(List<String> words) {
        if (words.isEmpty()) {
            return JobState.UNKNOWN;
        }
        JobState first = JobState.parse(words.getFirst());
        for (String word : words.subList(1, words.size())) {
            JobState flag = JobState.parse(word);
            // As squeue shows one word for both.
            if (flag == JobState.COMPLETING
                    || flag == JobState.CONFIGURING
                    || flag == JobState.RESIZING
                    || flag == JobState.REQUEUED
                    || flag == JobState.REQUEUE_HOLD
                    || flag == JobState.SPECIAL_EXIT
                    || flag == JobState.STAGE_OUT
                    || flag == JobState.STOPPED) {
                return flag;
            }
        }
        return first;
    }

    /** With the names that {@code scontrol show job} gives to the values. */
    static JobDetails details(JsonNode job) {
        JobObservation observation = observation(job, JobObservation.Source.CONTROLLER);
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("JobId", observation.id().toString());
        if (RestJson.number(job.path("het_job_id"), 0) > 0) {
            number(fields, "HetJobId", job.path("het_job_id"));
            number(fields, "HetJobOffset", job.path("het_job_offset"));
        }
        put(fields, "JobName", observation.name());
        put(fields, "UserId", RestJson.text(job.path("user_name")));
        number(fields, "Priority", job.path("priority"));
        put(fields, "Account", RestJson.text(job.path("account")));
        put(fields, "QOS", RestJson.text(job.path("qos")));
        put(fields, "JobState", observation.state().name());
        put(fields, "Reason", observation.reason());
        put(fields, "Dependency", RestJson.text(job.path("dependency")));
        put(fields, "Requeue", job.path("requeue").asBoolean(false) ? "1" : "0");
        number(fields, "Restarts", job.path("restart_cnt"));
        put(fields, "ExitCode", String.valueOf(RestJson.exit(job.path("exit_code"))));
        long minutes = RestJson.number(job.path("time_limit"), -1);
        put(fields, "TimeLimit", minutes < 0 ? "UNLIMITED" : timeLimit(Duration.ofMinutes(minutes)));
        time(fields, "SubmitTime", observation.submittedAt());
        time(fields, "StartTime", observation.startsAt());
        time(fields, "EndTime", observation.endsAt());
        put(fields, "Partition", observation.partition());
        put(fields, "ReqNodeList", RestJson.text(job.path("required_nodes")));
        put(fields, "NodeList", observation.nodes());
        number(fields, "NumNodes", job.path("node_count"));
        number(fields, "NumCPUs", job.path("cpus"));
        number(fields, "NumTasks", job.path("tasks"));
        number(fields, "CPUs/Task", job.path("cpus_per_task"));
        number(fields, "MinCPUsNode", job.path("minimum_cpus_per_node"));
        long megabytes = RestJson.number(job.path("memory_per_node"), 0);
        put(fields, "MinMemoryNode", megabytes % 1024 == 0 ? megabytes / 1024 + "G" : megabytes + "M");
        put(fields, "Features", RestJson.text(job.path("features")));
        put(fields, "TresPerNode", RestJson.text(job.path("tres_per_node")));
        put(fields, "Reservation", RestJson.text(job.path("resv_name")));
        put(fields, "WorkDir", RestJson.text(job.path("current_working_directory")));
        put(fields, "StdErr", RestJson.text(job.path("standard_error")));
        put(fields, "StdOut", RestJson.text(job.path("standard_output")));
        return new JobDetails(observation, fields);
    }

    /** Of a job, or of all components of one. */
    static JobDetails whole(List<JobDetails> jobs) {
        List<HeterogeneousJobs.Row> rows = jobs.stream()
                .map(job -> HeterogeneousJobs.Row.of(
                        fieldNumber(job, "HetJobId"), fieldNumber(job, "HetJobOffset"), job.observation()))
                .toList();
        return JobDetails.of(HeterogeneousJobs.merge(rows).getFirst(), jobs);
    }

    private static long fieldNumber(JobDetails job, String name) {
        return Long.parseLong(job.fields().getOrDefault(name, "0"));
    }

    private static void put(Map<String, String> fields, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            fields.put(name, value);
        }
    }

    private static void number(Map<String, String> fields, String name, JsonNode node) {
        long value = RestJson.number(node, -1);
        if (value >= 0) {
            fields.put(name, Long.toString(value));
        }
    }

    private static void time(Map<String, String> fields, String name, @Nullable Instant time) {
        if (time != null) {
            fields.put(name, Long.toString(time.getEpochSecond()));
        }
    }

    /** As {@code scontrol} writes it: days only where there are some. */
    private static String timeLimit(Duration limit) {
        String text = SbatchArguments.timeLimit(limit);
        return text.startsWith("0-") ? text.substring(2) : text;
    }
}
