package aifactory.slurm.simulation;

import static aifactory.slurm.simulation.SimulatedRest.MAPPER;
import static aifactory.slurm.simulation.SimulatedRest.number;
import static aifactory.slurm.simulation.SimulatedRest.word;

import aifactory.slurm.simulation.SimulatedRest.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Routes of {@code /slurmdb/vX}. */
final class SimulatedRestDatabase {
    private final SimulatedCluster cluster;

    SimulatedRestDatabase(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    Answer answer(boolean old, String path, String query) {
        if (!path.equals("/jobs")) {
            return Answer.text(404, "Unable to find requested URL.");
        }
        List<String> starts = SimulatedRest.values(query, "start_time");
        if (starts.size() != 1 || starts.getFirst().startsWith("uts") != old) {
            ObjectNode body = SimulatedRest.meta(cluster);
            return SimulatedRest.answer(
                    500, SimulatedRest.withError(body, 9000, "Query empty or not RFC7320 compliant", "start_time"));
        }
        Instant since = Instant.ofEpochSecond(Long.parseLong(starts.getFirst().replace("uts", "")));
        List<String> ids = SimulatedRest.values(query, "step");
        List<String> names = SimulatedRest.values(query, "job_name");
        ObjectNode body = SimulatedRest.meta(cluster);
        ArrayNode jobs = body.putArray("jobs");
        for (List<AccountingDatabase.Row> rows : cluster.accounting.all()) {
            for (AccountingDatabase.Row row : rows) {
                boolean matches = (ids.isEmpty() || SimulatedSqueue.isAskedFor(ids, row.job()))
                        && (names.isEmpty() || names.contains(row.job().name()))
                        && (row.endedAt() == null || !row.endedAt().isBefore(since));
                if (matches) {
                    jobs.add(json(old, row));
                }
            }
        }
        if (old && jobs.isEmpty()) {
            SimulatedRest.withError(body, 9003, "Nothing found with query", "Nothing found");
        }
        return SimulatedRest.answer(200, body);
    }

    private ObjectNode json(boolean old, AccountingDatabase.Row row) {
        SimulatedJob job = row.job();
        ObjectNode json = MAPPER.createObjectNode();
        json.put("job_id", job.id)
                .put("name", job.name())
                .put("partition", job.partition())
                .put("nodes", row.nodes().isEmpty() ? "None assigned" : SimulatedText.hostList(row.nodes()));
        ObjectNode heterogeneous = json.putObject("het");
        heterogeneous.put("job_id", job.isHeterogeneous() ? job.leader().id : 0);
        number(old, heterogeneous, "job_offset", job.offset);
        ObjectNode state = json.putObject("state").put("reason", row.reason());
        word(old, state, "current", row.state().name());
        ObjectNode time = json.putObject("time");
        Duration elapsed = elapsed(row);
        time.put("submission", job.submittedAt.getEpochSecond())
                .put("start", SimulatedRestController.seconds(row.startedAt()))
                .put("end", SimulatedRestController.seconds(row.endedAt()))
                .put("elapsed", elapsed.toSeconds());
        // That of 22.05 tells every exit code as 0.
        SimulatedRest.exit(false, json, old ? 0 : row.exitCode(), row.exitSignal());
        ObjectNode required = json.putObject("required");
        long megabytes = SimulatedText.megabytes(job.option("mem", "128G"));
        if (old) {
            required.put("memory", megabytes);
        } else {
            number(false, required, "memory_per_node", megabytes);
        }
        ArrayNode allocated = json.putObject("tres").putArray("allocated");
        int nodes = row.nodes().isEmpty() ? job.nodeCount() : row.nodes().size();
        allocated.addObject().put("type", "cpu").put("count", (long) nodes * job.cpusPerNode());
        allocated.addObject().put("type", "node").put("count", nodes);
        ArrayNode steps = json.putArray("steps");
        if (row.startedAt() != null) {
            step(old, steps.addObject(), row, "batch", elapsed);
            step(old, steps.addObject(), row, "0", elapsed);
        }
        return json;
    }

    private static void step(boolean old, ObjectNode json, AccountingDatabase.Row row, String step, Duration elapsed) {
        boolean isBatch = step.equals("batch");
        ObjectNode identity = json.putObject("step").put("name", isBatch ? "batch" : "aifactory");
        identity.put("id", old ? step : row.job().id + "." + step);
        json.putObject("tasks").put("count", isBatch ? 1 : row.nodes().size());
        Duration used = isBatch ? Duration.ofMillis(9) : elapsed.dividedBy(10);
        json.putObject("time")
                .putObject("total")
                .put("seconds", used.toSeconds())
                .put("microseconds", used.toNanosPart() / 1000);
        ObjectNode usage = json.putObject("tres").putObject("requested");
        ArrayNode most = usage.putArray("max");
        ArrayNode average = usage.putArray("average");
        if (row.state().isTerminal() && !row.nodes().isEmpty()) {
            most.addObject()
                    .put("type", "mem")
                    .put("count", SimulatedSacct.bytes(step))
                    .put("node", row.nodes().getFirst());
            most.addObject().put("type", "vmem").put("count", SimulatedSacct.virtualBytes(step));
            average.addObject().put("type", "mem").put("count", SimulatedSacct.bytes(step));
            average.addObject().put("type", "pages").put("count", SimulatedSacct.PAGE_FAULTS);
        }
    }

    private Duration elapsed(AccountingDatabase.Row row) {
        Instant start = row.startedAt();
        if (start == null || row.state().isTerminal() || row.endedAt() != null) {
            return row.elapsed();
        }
        return Duration.between(start, cluster.clock.now());
    }
}
