package aifactory.service.operations;

import aifactory.protocol.CleanupRequest;
import aifactory.protocol.CleanupView;
import aifactory.protocol.GroupDiagnosis;
import aifactory.protocol.GroupLogs;
import aifactory.protocol.GroupUsage;
import aifactory.protocol.JobList;
import aifactory.protocol.JobView;
import aifactory.protocol.LogView;
import aifactory.protocol.PlanView;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.coordination.GroupSupervisor;
import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.JobInsight;
import aifactory.service.dispatch.JobUsage;
import aifactory.service.dispatch.PlanQuery;
import aifactory.service.dispatch.RecordedJob;
import aifactory.service.groups.ClientManager;
import aifactory.service.logs.LogDirectory;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What operators ask for. Thread-safe; methods block for as long as the other side takes to answer. */
public final class Operations {
    private static final int USUAL_LOG_DAYS = 7;
    private static final int SCANNED_LOG_LINES = 2_000;
    private static final double SECONDS_PER_HOUR = 3600;

    private final GroupRecords records;
    private final ClientDispatcher dispatcher;
    private final JobInsight insight;
    private final GroupDoctor doctor;
    private final Cleanup cleanup;
    private final Supplier<URI> clientServiceAddress;
    private final LogReader logs;
    private final ServiceClock clock;

    /**
     * @param logDirectory where the jobs' logs are
     * @param clientServiceAddress the address of the service that is given to clients
     */
    public Operations(
            ClientManager clients,
            GroupSupervisor supervisor,
            StateStore store,
            Journal journal,
            ClientDispatcher dispatcher,
            LogDirectory logDirectory,
            Supplier<URI> clientServiceAddress,
            ServiceClock clock) {
        this.clientServiceAddress = clientServiceAddress;
        this.records = new GroupRecords(clients, store);
        this.dispatcher = dispatcher;
        this.insight = dispatcher.insight();
        this.logs = new LogReader(logDirectory);
        this.doctor = new GroupDoctor(insight, dispatcher.name(), logs);
        this.cleanup = new Cleanup(records, supervisor, insight, store, journal, logDirectory.path());
        this.clock = clock;
    }

    /**
     * The jobs of groups that exist, and of so many that were deleted.
     *
     * @param deleted maximum number of deleted groups, the newest first
     */
    public JobList jobs(int deleted) throws StorageException {
        List<JobView> jobs = new ArrayList<>();
        records.live().forEach(group -> jobs.add(group.view()));
        if (deleted > 0) {
            records.deleted(deleted).forEach(group -> jobs.add(group.view()));
        }
        return new JobList(
                dispatcher.name(), clientServiceAddress.get().toString(), jobs, List.of(insight.listCommand()));
    }

    public GroupDiagnosis diagnosis(long benchmarkId) throws StorageException, InterruptedException {
        try {
            return doctor.diagnose(records.require(benchmarkId));
        } catch (DispatchUnavailableException e) {
            throw unavailable(e);
        }
    }

    private static RequestRefusedException unavailable(DispatchUnavailableException e) {
        return RequestRefusedException.unavailable(String.valueOf(e.getMessage()));
    }

    /** @param lines maximum number of lines of each file */
    public GroupLogs logs(long benchmarkId, int lines) throws StorageException {
        KnownGroup group = records.require(benchmarkId);
        List<LogView> scanned = group.job().logPaths().stream()
                .map(path -> logs.tail(path, SCANNED_LOG_LINES, group.secretValues()))
                .toList();
        List<LogView> shown = scanned.stream()
                .map(log -> new LogView(
                        log.path(),
                        log.sizeBytes(),
                        log.problem(),
                        log.lines()
                                .subList(
                                        Math.max(0, log.lines().size() - lines),
                                        log.lines().size()),
                        log.nextOffset()))
                .toList();
        return new GroupLogs(
                benchmarkId,
                group.job().jobId(),
                group.status(),
                shown,
                LogFindings.of(scanned),
                group.job().logPaths().stream()
                        .map(path -> "tail -n " + lines + " " + path)
                        .toList());
    }

    /**
     * What was added to the logs of a group.
     *
     * @param offsets of the files in their order, in bytes; 0 for each file without one
     */
    public GroupLogs logsAfter(long benchmarkId, List<Long> offsets) throws StorageException {
        KnownGroup group = records.require(benchmarkId);
        List<String> paths = group.job().logPaths();
        List<LogView> added = new ArrayList<>();
        for (int file = 0; file < paths.size(); file++) {
            added.add(logs.after(
                    paths.get(file),
                    file < offsets.size() ? offsets.get(file) : 0,
                    paths.size(),
                    group.status().isTerminal(),
                    group.secretValues()));
        }
        return new GroupLogs(
                benchmarkId,
                group.job().jobId(),
                group.status(),
                added,
                List.of(),
                paths.stream().map(path -> "tail -F " + path).toList());
    }

    public GroupUsage usage(long benchmarkId) throws StorageException, InterruptedException {
        KnownGroup group = records.require(benchmarkId);
        RecordedJob job = group.recordedJob();
        if (job == null) {
            throw RequestRefusedException.conflict("group " + benchmarkId + " has no job yet; ask again in a moment");
        }
        if (!insight.isOfThisDispatcher(job.jobId())) {
            throw RequestRefusedException.conflict("job " + job.jobId() + " of group " + benchmarkId
                    + " was not started by the dispatcher '" + dispatcher.name()
                    + "', so that its usage is unknown here: start the service with the dispatcher that the group was"
                    + " created with");
        }
        try {
            Optional<JobUsage> usage = insight.usage(job, group.timeLimit());
            return usage.map(known -> view(group, known))
                    .orElseThrow(() -> RequestRefusedException.notFound(
                            "no usage data is left of job " + job.jobId() + " of group " + benchmarkId + " used"));
        } catch (DispatchUnavailableException e) {
            throw unavailable(e);
        }
    }

    private static GroupUsage view(KnownGroup group, JobUsage usage) {
        return new GroupUsage(
                group.benchmarkId(),
                group.job().jobId(),
                usage.word(),
                usage.elapsed().toMillis() / 1000.0,
                usage.nodes(),
                usage.cpus(),
                usage.requestedMemory(),
                usage.nodeSeconds() / SECONDS_PER_HOUR,
                usage.elapsed().toSeconds() * usage.cpus() / SECONDS_PER_HOUR,
                usage.maximumResidentOrNull(),
                usage.cpuShare() < 0 ? null : usage.cpuShare(),
                usage.steps(),
                usage.advice(),
                usage.nativeCommands());
    }

    public PlanView plan(PlanQuery query) throws InterruptedException {
        try {
            return insight.plan(query);
        } catch (IllegalArgumentException e) {
            throw RequestRefusedException.invalid("mem", String.valueOf(e.getMessage()));
        } catch (DispatchUnavailableException e) {
            throw unavailable(e);
        }
    }

    public CleanupView cleanUp(CleanupRequest request) throws StorageException, InterruptedException {
        Integer days = request.logDays();
        if (days != null && (days < 0 || days > 36_500)) {
            throw RequestRefusedException.invalid(
                    "log_days", "log_days " + days + " is not a number of days from 0 to 36500");
        }
        try {
            return cleanup.run(
                    !Boolean.FALSE.equals(request.dryRun()),
                    Boolean.TRUE.equals(request.groups()),
                    Duration.ofDays(days == null ? USUAL_LOG_DAYS : days),
                    Instant.ofEpochMilli(clock.epochMillis()));
        } catch (DispatchUnavailableException e) {
            throw unavailable(e);
        }
    }
}
