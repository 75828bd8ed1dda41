package aifactory.slurm.rest;

import aifactory.slurm.HeterogeneousJobs;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobState;
import aifactory.slurm.StepUsage;
import aifactory.slurm.UsageReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the accounting database's jobs. */
final class RestAccounting {
    private static final long MICROSECONDS_PER_SECOND = 1_000_000;
    /** What the database calls a job whose end reached it before its beginning. */
    private static final String UNNAMED = "allocation";

    private RestAccounting() {}

    /** Empty for a row that is not complete yet. */
    static Optional<JobObservation> observation(JsonNode job) {
        String name = RestJson.text(job.path("name"));
        String partition = RestJson.text(job.path("partition"));
        if (name.equals(UNNAMED) && partition.isEmpty()) {
            return Optional.empty();
        }
        JsonNode time = job.path("time");
        JobState state = JobState.parse(RestJson.firstWord(job.path("state").path("current")));
        String nodes = RestJson.text(job.path("nodes"));
        return Optional.of(new JobObservation(
                new JobId(job.path("job_id").asLong(0)),
                name,
                state,
                words(job, state),
                RestJson.reason(job.path("state").path("reason")),
                partition,
                RestJson.time(time.path("submission")),
                RestJson.time(time.path("start")),
                RestJson.time(time.path("end")),
                nodes.equals("None assigned") ? "" : nodes,
                state.isTerminal() ? RestJson.exit(job.path("exit_code")) : null,
                (int) RestJson.number(job.path("restart_cnt"), -1),
                JobObservation.Source.ACCOUNTING));
    }

    /** Empty for a row that is not complete yet. */
    static Optional<HeterogeneousJobs.Row> row(JsonNode job) {
        JsonNode heterogeneous = job.path("het");
        return observation(job)
                .map(observation -> HeterogeneousJobs.Row.of(
                        RestJson.number(heterogeneous.path("job_id"), 0),
                        RestJson.number(heterogeneous.path("job_offset"), 0),
                        observation));
    }

    /** {@code CANCELLED by USER}, as {@code sacct} writes it. */
    private static String words(JsonNode job, JobState state) {
        String by = RestJson.text(job.path("kill_request_user"));
        return state == JobState.CANCELLED && !by.isEmpty() ? state + " by " + by : state.toString();
    }

    /** @param rows of one job: for each of its components, one for each size that it had; not empty */
    static UsageReport usage(JobId id, List<JsonNode> rows, List<String> nativeCommands) {
        Map<Long, List<JsonNode>> byComponent = new TreeMap<>();
        rows.forEach(row -> byComponent
                .computeIfAbsent(row.path("job_id").asLong(0), key -> new ArrayList<>())
                .add(row));
        List<UsageReport> components = byComponent.values().stream()
                .map(own -> component(id, own, nativeCommands))
                .toList();
        return UsageReport.sum(components).orElseThrow();
    }

    private static UsageReport component(JobId id, List<JsonNode> rows, List<String> nativeCommands) {
        long elapsedSeconds = 0;
        long nodeSeconds = 0;
        Map<String, StepUsage> steps = new LinkedHashMap<>();
        for (JsonNode row : rows) {
            long seconds = RestJson.number(row.path("time").path("elapsed"), 0);
            elapsedSeconds += seconds;
            nodeSeconds += seconds * allocated(row, "node");
            for (JsonNode step : row.path("steps")) {
                StepUsage usage = step(step);
                steps.put(usage.step(), usage);
            }
        }
        JsonNode last = rows.getLast();
        return new UsageReport(
                id,
                JobState.parse(RestJson.firstWord(last.path("state").path("current"))),
                Duration.ofSeconds(elapsedSeconds),
                nodeSeconds,
                (int) allocated(last, "node"),
                (int) allocated(last, "cpu"),
                memory(last),
                cpuTime(steps.values()),
                List.copyOf(steps.values()),
                nativeCommands);
    }

    private static long allocated(JsonNode job, String type) {
        return count(job.path("tres").path("allocated"), type, 0);
    }

    private static long count(JsonNode resources, String type, long otherwise) {
        JsonNode resource = resource(resources, type);
        return resource == null ? otherwise : RestJson.number(resource.path("count"), otherwise);
    }

    private static @Nullable JsonNode resource(JsonNode resources, String type) {
        for (JsonNode resource : resources) {
            if (RestJson.text(resource.path("type")).equals(type)) {
                return resource;
            }
        }
        return null;
    }

    private static String memory(JsonNode job) {
        JsonNode required = job.path("required");
        long megabytes = RestJson.number(required.path("memory_per_node"), RestJson.number(required.path("memory"), 0));
        return megabytes <= 0 ? "" : megabytes % 1024 == 0 ? megabytes / 1024 + "G" : megabytes + "M";
    }

    private static StepUsage step(JsonNode step) {
        JsonNode used = step.path("tres").path("requested");
        JsonNode most = resource(used.path("max"), "mem");
        return new StepUsage(
                stepName(step.path("step")),
                RestJson.text(step.path("step").path("name")),
                (int) RestJson.number(step.path("tasks").path("count"), 0),
                most == null ? -1 : RestJson.number(most.path("count"), -1),
                most == null ? null : RestJson.reason(most.path("node")),
                count(used.path("average"), "mem", -1),
                positive(count(used.path("max"), "vmem", -1)),
                count(used.path("average"), "pages", -1),
                duration(step.path("time").path("total")));
    }

    /** No process has no memory: 0 where nothing was sampled. */
    private static long positive(long bytes) {
        return bytes == 0 ? -1 : bytes;
    }

    /** {@code batch} or a number, also out of {@code "17.batch"} and {@code {"step_id": "0"}}. */
    private static String stepName(JsonNode step) {
        JsonNode id = step.path("id");
        if (id.isObject()) {
            id = id.path("step_id");
        }
        String text = id.isNumber() ? Long.toString(id.asLong()) : id.asString("");
        return text.substring(text.indexOf('.') + 1);
    }

    private static Duration duration(JsonNode time) {
        long seconds = RestJson.number(time.path("seconds"), 0);
        long micros = RestJson.number(time.path("microseconds"), 0);
        return Duration.ofSeconds(seconds, micros % MICROSECONDS_PER_SECOND * 1000);
    }

    private static @Nullable Duration cpuTime(Iterable<StepUsage> steps) {
        Duration total = null;
        for (StepUsage step : steps) {
            Duration used = step.cpuTime();
            if (used != null) {
                total = total == null ? used : total.plus(used);
            }
        }
        return total;
    }
}
