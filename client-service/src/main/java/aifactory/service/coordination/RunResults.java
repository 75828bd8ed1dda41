package aifactory.service.coordination;

import aifactory.measurement.RequestRecord;
import aifactory.protocol.BatchMessage.ClientCompletion;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.reporting.RepeatCommand;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.RunFacts;
import aifactory.reporting.result.RunResultBuilder;
import aifactory.service.BuildIdentity;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.RequestRefusedException;
import aifactory.service.dispatch.JobProvenance;
import aifactory.service.groups.Group;
import aifactory.service.logs.LogDirectory;
import aifactory.service.observation.ServerMetricsCollector;
import aifactory.service.persistence.BatchStore;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import aifactory.service.redaction.Redaction;
import aifactory.service.runs.BatchCodec;
import aifactory.service.runs.Run;
import aifactory.service.runs.RunPart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and keeps the results of runs. Thread-safe. */
public final class RunResults {
    private static final Logger LOG = LoggerFactory.getLogger(RunResults.class);

    private final ClientServiceConfiguration configuration;
    private final StateStore store;
    private final BuildIdentity build;
    private final ServerMetricsCollector serverMetrics;
    private final SharedServers servers;
    private final Jobs jobs;

    /** Knows the jobs of groups. */
    @FunctionalInterface
    public interface Jobs {
        /** Empty where the job is not one of Slurm. */
        Optional<JobProvenance> provenance(String jobId);
    }

    /** Knows whose servers a group uses. */
    @FunctionalInterface
    public interface SharedServers {
        /** Null where the group uses no other's. */
        @Nullable
        Group sharing(Group group);
    }

    public RunResults(
            ClientServiceConfiguration configuration,
            StateStore store,
            BuildIdentity build,
            ServerMetricsCollector serverMetrics,
            SharedServers servers,
            Jobs jobs) {
        this.configuration = configuration;
        this.serverMetrics = serverMetrics;
        this.servers = servers;
        this.jobs = jobs;
        this.store = store;
        this.build = build;
    }

    /**
     * A run that has ended.
     *
     * @param detail why it ended as it did, null for one that simply completed
     */
    record Finished(RunResult result, @Nullable String detail) {}

    /** Merges, judges. The caller holds the group's lock. */
    Finished finish(Group group, Run run) {
        List<String> lost = new ArrayList<>();
        List<RunFacts.ClientWindow> windows = new ArrayList<>();
        Map<Integer, String> names = new HashMap<>();
        List<String> errors = new ArrayList<>();
        List<Long> starts = new ArrayList<>();
        Long datasetEntries = null;
        for (RunPart part : run.parts()) {
            String name = group.clients().get(part.client()).name();
            names.put(part.client(), name);
            ClientCompletion completion = part.completion();
            if (completion == null) {
                lost.add(name);
                continue;
            }
            windows.add(new RunFacts.ClientWindow(completion.windowStartNanos(), completion.windowEndNanos()));
            starts.add(completion.actualStartOffsetNanos());
            datasetEntries = completion.datasetEntries() == null ? datasetEntries : completion.datasetEntries();
            if (completion.error() != null) {
                errors.add(name + ": " + completion.error());
                lost.add(name);
            }
        }
        String stopCause = run.moments().stopCause();
        RunState ending = run.setAside().isEmpty() ? ending(lost, stopCause, run) : RunState.INCOMPLETE;
        JobProvenance job = job(group);
        RunFacts facts = new RunFacts(
                group.benchmarkId(),
                run.runId(),
                ending,
                run.specification(),
                run.aggregate(),
                configuration.validity(),
                windows,
                names,
                run.plan().targets(),
                group.definition().numClients(),
                run.plan().registeredClients(),
                lost,
                provenance(run, starts, job),
                slurmUsage(run, job),
                datasetEntries);
        errors.addAll(run.setAside());
        String detail = !errors.isEmpty() ? String.join("; ", errors) : stopCause;
        RunResult result = RunResultBuilder.build(facts, serverMetrics.take(run.runId()))
                .withGpus(run.gpus().summary(names))
                .withEarlyEnd(run.moments().earlyEnd());
        return new Finished(withServers(result, group, run).withMissing(missing(run)), detail);
    }

    private static List<RunSummary.InvalidReason> missing(Run run) {
        return run.setAside().stream()
                .map(what -> new RunSummary.InvalidReason(
                        "stored_data_damaged", what + ": its data is missing; repeat the run", null))
                .toList();
    }

    private RunResult withServers(RunResult result, Group group, Run run) {
        Group shared = servers.sharing(group);
        Long sharedId = group.definition().serverGroup();
        if (shared == null && sharedId != null) {
            return result.withServers(List.of(), List.of(RunServers.goneWith(sharedId)), Map.of());
        }
        Group owner = shared == null ? group : shared;
        owner.lock().lock();
        try {
            RunServers started = RunServers.of(
                    owner,
                    run,
                    shared != null,
                    new LogDirectory(configuration.sharedDirectory().resolve("logs")));
            return started == null
                    ? result
                    : result.withServers(started.servers(), started.lost(), started.logs())
                            .withEnergy(RunEnergy.of(owner, run, result.summary()));
        } finally {
            owner.lock().unlock();
        }
    }

    private static RunState ending(List<String> lost, @Nullable String stopCause, Run run) {
        boolean stoppedByClient = run.parts().stream()
                .map(RunPart::completion)
                .anyMatch(completion -> completion != null && completion.stopped());
        if (!lost.isEmpty()) {
            return RunState.INCOMPLETE;
        }
        return stopCause != null || stoppedByClient ? RunState.STOPPED : RunState.COMPLETED;
    }

    private @Nullable JobProvenance job(Group group) {
        String jobId = group.job().jobId();
        return jobId == null ? null : jobs.provenance(jobId).orElse(null);
    }

    private static RunSummary.@Nullable SlurmUsage slurmUsage(Run run, @Nullable JobProvenance job) {
        Long end = run.moments().endedAtMillis();
        Double nodeHours = job == null || end == null ? null : job.nodeHoursUntil(Instant.ofEpochMilli(end));
        return nodeHours == null ? null : new RunSummary.SlurmUsage(nodeHours);
    }

    private RunSummary.Provenance provenance(Run run, List<Long> starts, @Nullable JobProvenance job) {
        String specification = JsonFormat.mapper().writeValueAsString(run.specification());
        Long start = run.moments().startEpochNanos();
        Long end = run.moments().endedAtMillis();
        long earliest = starts.stream().mapToLong(Long::longValue).min().orElse(0);
        long latest = starts.stream().mapToLong(Long::longValue).max().orElse(0);
        @SuppressWarnings("unchecked") // A JSON object has names.
        Map<String, Object> members =
                JsonFormat.mapper().readValue(Redaction.json(JsonFormat.mapper().readTree(specification)), Map.class);
        members.put("headers", withoutValues(run.specification().headers()));
        return new RunSummary.Provenance(
                build.version(),
                build.commit(),
                sha256(specification),
                run.specification().seed(),
                members,
                Instant.ofEpochMilli(start == null ? run.createdAtMillis() : start / 1_000_000)
                        .toString(),
                Instant.ofEpochMilli(end == null ? run.createdAtMillis() : end).toString(),
                run.plan().targets(),
                RepeatCommand.of(
                        run.specification(), run.plan().targets(), run.parts().size()),
                run.moments().server(),
                (latest - earliest) / 1e6,
                job == null ? null : new RunSummary.Slurm(job.cluster(), job.version(), job.jobId(), job.nodes()));
    }

    /** A header may hold a secret, and results are passed around. */
    private static Map<String, String> withoutValues(Map<String, String> headers) {
        Map<String, String> names = new TreeMap<>(headers);
        names.replaceAll((name, value) -> "(not kept)");
        return names;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What was made of a run, if it has ended and there was something to make. */
    public Optional<RunResult> result(String runId) throws StorageException {
        Optional<byte[]> stored = store.runs().result(runId);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        try {
            RunResult result = JsonFormat.mapper()
                    .readValue(BatchCodec.decompress(stored.get(), Integer.MAX_VALUE - 8), RunResult.class);
            Objects.requireNonNull(result.summary(), "it has no summary");
            return Optional.of(result);
        } catch (IOException | RuntimeException e) {
            LOG.error("The stored result of run {} cannot be read", runId, e);
            throw RequestRefusedException.notFound("the stored result of run " + runId + " is damaged ("
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                    + "): restore the database from a copy; the run's records are still available at /api/v1/runs/"
                    + runId
                    + "/records");
        }
    }

    /** The request records of a run, batch by batch. */
    public RequestRecordSource records(String runId) {
        return () -> {
            try {
                Iterator<BatchStore.BatchRow> batches =
                        store.batches().of(runId).iterator();
                return new RecordPass(runId, batches);
            } catch (StorageException e) {
                throw new IOException(e);
            }
        };
    }

    private final class RecordPass implements RequestRecordSource.Pass {
        private final String runId;
        private final Iterator<BatchStore.BatchRow> batches;
        private Iterator<RequestRecord> records = List.<RequestRecord>of().iterator();

        private RecordPass(String runId, Iterator<BatchStore.BatchRow> batches) {
            this.runId = runId;
            this.batches = batches;
        }

        @Override
        public @Nullable RequestRecord next() throws IOException {
            while (!records.hasNext() && batches.hasNext()) {
                try {
                    BatchStore.BatchRow batch = batches.next();
                    records = records(runId, batch).iterator();
                } catch (StorageException e) {
                    throw new IOException(e);
                }
            }
            return records.hasNext() ? records.next() : null;
        }

        /** An unreadable batch yields no records; all others are returned. */
        private List<RequestRecord> records(String run, BatchStore.BatchRow batch) throws StorageException {
            byte[] body = store.batches().body(run, batch.clientId(), batch.sequence());
            try {
                return BatchCodec.decodeStored(body).message().records();
            } catch (RuntimeException e) {
                LOG.error(
                        "run {}: batch {} of client {} cannot be read, its records are left out: {}",
                        run,
                        batch.sequence(),
                        batch.clientId(),
                        e.getMessage());
                return List.of();
            }
        }

        @Override
        public void close() {}
    }
}
