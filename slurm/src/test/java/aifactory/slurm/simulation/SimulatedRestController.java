package aifactory.slurm.simulation;

import static aifactory.slurm.simulation.SimulatedRest.MAPPER;
import static aifactory.slurm.simulation.SimulatedRest.meta;
import static aifactory.slurm.simulation.SimulatedRest.number;
import static aifactory.slurm.simulation.SimulatedRest.withError;
import static aifactory.slurm.simulation.SimulatedRest.word;

import aifactory.slurm.JobState;
import aifactory.slurm.rest.RestRequest;
import aifactory.slurm.simulation.SimulatedRest.Answer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Routes of {@code /slurm/vX}. */
final class SimulatedRestController {
    private final FakeSlurm slurm;
    private final SimulatedCluster cluster;
    private final SimulatedSbatch sbatch;
    private final SubmissionCheck check;
    private final SimulatedScancel scancel;
    private final SimulatedSinfo sinfo;

    SimulatedRestController(FakeSlurm slurm, SimulatedCluster cluster) {
        this.slurm = slurm;
        this.cluster = cluster;
        sbatch = new SimulatedSbatch(slurm, cluster);
        check = new SubmissionCheck(cluster);
        scancel = new SimulatedScancel(cluster);
        sinfo = new SimulatedSinfo(cluster);
    }

    Answer answer(int version, RestRequest request, String path, String query) throws IOException {
        boolean old = version < 40;
        if (path.equals("/ping")) {
            ObjectNode body = meta(cluster);
            body.putArray("pings").addObject().put("hostname", "login").put("ping", "UP");
            return SimulatedRest.answer(200, body);
        }
        if (path.equals("/job/submit")) {
            return submit(version, MAPPER.readTree(String.valueOf(request.body())));
        }
        if (path.equals("/jobs")) {
            return jobs(old);
        }
        if (path.equals("/nodes")) {
            return nodes(old);
        }
        if (path.equals("/partitions")) {
            return partitions(old);
        }
        long id = Long.parseLong(path.substring("/job/".length()));
        return request.method().equals("DELETE") ? delete(old, id, query) : job(old, id);
    }

    private Answer jobs(boolean old) {
        ObjectNode body = meta(cluster);
        ArrayNode jobs = body.putArray("jobs");
        Instant now = cluster.clock.now();
        cluster.jobs().stream().filter(job -> !now.isBefore(job.visibleFrom)).forEach(job -> jobs.add(json(old, job)));
        return SimulatedRest.answer(200, body);
    }

    private Answer job(boolean old, long id) {
        ObjectNode body = meta(cluster);
        ArrayNode jobs = body.putArray("jobs");
        Optional<SimulatedJob> found = cluster.job(id);
        if (found.isEmpty()) {
            withError(body, 2017, "Invalid job id specified", "Unable to find JobId=" + id);
            return SimulatedRest.answer(old ? 500 : 404, body);
        }
        found.get().components.stream()
                .filter(component -> found.get().isLeader() || component == found.get())
                .forEach(component -> jobs.add(json(old, component)));
        return SimulatedRest.answer(200, body);
    }

    private ObjectNode json(boolean old, SimulatedJob job) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("job_id", job.id)
                .put("name", job.name())
                .put("user_name", cluster.configuration.user())
                .put("account", job.account())
                .put("qos", job.qos())
                .put("state_reason", job.reason)
                .put("partition", job.partition())
                .put("requeue", job.requeueAllowed())
                .put("restart_cnt", job.restarts)
                .put("nodes", SimulatedText.hostList(job.nodes))
                .put("required_nodes", job.option("nodelist", ""))
                .put("features", job.option("constraint", ""))
                .put("dependency", job.option("dependency", ""))
                .put("resv_name", "")
                .put("tres_per_node", job.option("gres", ""))
                .put("standard_output", job.option("output", ""))
                .put("standard_error", job.option("error", ""))
                .put("current_working_directory", job.option("chdir", ""));
        word(old, json, "job_state", job.state.name());
        number(old, json, "priority", 333);
        number(old, json, "submit_time", job.submittedAt.getEpochSecond());
        number(old, json, "start_time", seconds(job.startedAt));
        Instant limit = job.startedAt == null ? null : job.startedAt.plus(job.timeLimit());
        number(old, json, "end_time", seconds(job.endedAt == null ? limit : job.endedAt));
        number(old, json, "time_limit", job.timeLimit().toMinutes());
        number(old, json, "node_count", job.nodes.isEmpty() ? job.nodeCount() : job.nodes.size());
        number(old, json, "cpus", (long) job.nodeCount() * job.cpusPerNode());
        number(old, json, "tasks", job.nodeCount());
        number(old, json, "minimum_cpus_per_node", job.cpusPerNode());
        number(old, json, "memory_per_node", SimulatedText.megabytes(job.option("mem", "0")));
        number(old, json, "het_job_id", job.isHeterogeneous() ? job.leader().id : 0);
        number(old, json, "het_job_offset", job.offset);
        SimulatedRest.exit(old, json, job.exitCode, job.exitSignal);
        return json;
    }

    static long seconds(@Nullable Instant time) {
        return time == null ? 0 : time.getEpochSecond();
    }

    private Answer delete(boolean old, long id, String query) {
        List<String> signals = SimulatedRest.values(query, "signal");
        Optional<SimulatedJob> job = cluster.job(id);
        String words = "";
        if (job.isEmpty()) {
            words = "Invalid job id specified";
        } else if (job.get().isOver()) {
            words = "Job/step already completing or completed";
        } else if (!signals.isEmpty() && (old || !query.contains("FULL_STEPS_ONLY"))) {
            // The batch script gets it too, and its srun kills the steps.
            cluster.finish(job.get(), JobState.FAILED, 0, 15);
        } else {
            words = scancel.act(job.get(), signals.isEmpty() ? null : signals.getFirst())
                    .orElse("");
        }
        ObjectNode body = meta(cluster);
        if (words.isEmpty()) {
            return SimulatedRest.answer(200, body);
        }
        if (old) {
            return SimulatedRest.answer(500, withError(body, errorNumber(words), words, "unable to kill JobId=" + id));
        }
        body.putArray("status")
                .addObject()
                .putObject("error")
                .put("string", words)
                .put("code", errorNumber(words));
        return SimulatedRest.answer(200, body);
    }

    private static int errorNumber(String words) {
        return words.startsWith("Invalid job id") ? 2017 : 2021;
    }

    private Answer submit(int version, JsonNode request) throws IOException {
        boolean old = version < 40;
        List<JsonNode> described = new ArrayList<>();
        if (request.has("jobs")) {
            request.path("jobs").forEach(described::add);
        } else {
            described.add(request.path("job"));
        }
        JsonNode job = described.getFirst();
        String script = (version >= 41 ? job : request).path("script").asString("");
        List<Map<String, String>> options = new ArrayList<>();
        for (JsonNode component : described) {
            options.add(SimulatedRestOptions.read(version, component));
        }
        if (!script.startsWith("#!") || job.path("environment").isEmpty()) {
            return refusal(old, 2009, "Job script not specified");
        }
        SubmissionCheck.Answer checked = check.check(options);
        if (checked instanceof SubmissionCheck.Answer.BadOption(String words)) {
            return refusal(old, 9001, words.strip());
        }
        if (checked instanceof SubmissionCheck.Answer.Refused(String first, String words)) {
            if (old && words.isEmpty()) {
                return SimulatedRest.answer(400, withError(meta(cluster), 9001, "Failure during parsing", ""));
            }
            return refusal(
                    old,
                    2000,
                    words.isEmpty() ? first.replace("sbatch: error: ", "").strip() : words);
        }
        SubmissionFault fault = slurm.nextSubmissionFault();
        Map<String, String> environment = environment(job.path("environment"));
        if (fault == SubmissionFault.TRY_AGAIN) {
            return refusal(old, 2015, "Unable to create job record, try again");
        }
        boolean makes = fault != SubmissionFault.ANSWER_LOST_NO_JOB && fault != SubmissionFault.KILLED_NO_JOB;
        long id = makes ? sbatch.make(options, script, environment) : 0;
        if (fault == SubmissionFault.JOB_MADE_TWICE) {
            sbatch.make(options, script, environment);
        }
        if (fault == SubmissionFault.GARBAGE_JOB_MADE) {
            return Answer.text(200, "Thank you for using the cluster.\n");
        }
        if (fault != null) {
            throw new IOException("Connection reset");
        }
        ObjectNode body = meta(cluster);
        body.put("job_id", id).put("step_id", "batch").put("job_submit_user_msg", "");
        return SimulatedRest.answer(200, body);
    }

    private Answer refusal(boolean old, int number, String words) {
        return SimulatedRest.answer(old ? 500 : 422, withError(meta(cluster), number, words, ""));
    }

    private static Map<String, String> environment(JsonNode node) {
        Map<String, String> environment = new LinkedHashMap<>();
        if (node.isArray()) {
            for (JsonNode entry : node) {
                String text = entry.asString();
                environment.put(text.substring(0, text.indexOf('=')), text.substring(text.indexOf('=') + 1));
            }
        } else {
            node.properties()
                    .forEach(entry ->
                            environment.put(entry.getKey(), entry.getValue().asString()));
        }
        return environment;
    }

    private Answer nodes(boolean old) {
        ObjectNode body = meta(cluster);
        ArrayNode nodes = body.putArray("nodes");
        ClusterConfiguration configuration = cluster.configuration;
        configuration.partitions().stream()
                .flatMap(partition -> partition.nodes().stream())
                .distinct()
                .forEach(name -> {
                    ObjectNode node = nodes.addObject();
                    String state = sinfo.state(name).replace("*", "");
                    node.put("name", name)
                            .put("cpus", configuration.cpusPerNode())
                            .put("alloc_cpus", state.equals("allocated") ? configuration.cpusPerNode() : 0)
                            .put("real_memory", configuration.memoryMegabytesPerNode())
                            .put("gres", configuration.genericResources());
                    String features = String.join(
                            ",", configuration.features().stream().sorted().toList());
                    if (old) {
                        node.put("state", state).put("active_features", features);
                    } else {
                        node.putArray("state").add(state.toUpperCase(Locale.ROOT));
                        ArrayNode list = node.putArray("active_features");
                        List.of(features.split(",", -1)).forEach(list::add);
                    }
                    ArrayNode partitions = node.putArray("partitions");
                    cluster.partitions.values().stream()
                            .filter(partition -> partition.nodes().contains(name))
                            .forEach(partition -> partitions.add(partition.name()));
                });
        return SimulatedRest.answer(200, body);
    }

    private Answer partitions(boolean old) {
        ObjectNode body = meta(cluster);
        ArrayNode partitions = body.putArray("partitions");
        for (SimulatedPartition partition : cluster.partitions.values()) {
            ObjectNode json = partitions.addObject().put("name", partition.name());
            ArrayNode flags = json.putArray("flags");
            if (partition.isDefault()) {
                flags.add(old ? "default" : "DEFAULT");
            }
            String state = partition.state().equals("inact")
                    ? "INACTIVE"
                    : partition.state().toUpperCase(Locale.ROOT);
            long minutes = partition.maximumTime() == null
                    ? -1
                    : partition.maximumTime().toMinutes();
            if (old) {
                json.put("state", state)
                        .put("max_time_limit", minutes)
                        .put("maximum_nodes_per_job", -1)
                        .put("nodes", SimulatedText.hostList(partition.nodes()));
            } else {
                json.putObject("partition").putArray("state").add(state);
                ObjectNode maximums = json.putObject("maximums");
                number(false, maximums, "time", minutes);
                maximums.putObject("nodes")
                        .put("set", false)
                        .put("infinite", true)
                        .put("number", 0);
            }
        }
        return SimulatedRest.answer(200, body);
    }
}
