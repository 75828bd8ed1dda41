package aifactory.service.operations;

import aifactory.protocol.CleanupView;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.coordination.GroupSupervisor;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.JobInsight;
import aifactory.service.dispatch.RecordedJob;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Cleans up behind groups: cancels jobs that outlived theirs, by what was recorded of them and no other way, and
 * deletes old logs, never those of a job that has not ended.
 */
final class Cleanup {
    private static final int RECORDED_JOBS = 1_000;
    private static final int MOST_LOGS = 10_000;

    private final GroupRecords records;
    private final GroupSupervisor supervisor;
    private final JobInsight insight;
    private final StateStore store;
    private final Journal journal;
    private final Path logDirectory;

    Cleanup(
            GroupRecords records,
            GroupSupervisor supervisor,
            JobInsight insight,
            StateStore store,
            Journal journal,
            Path logDirectory) {
        this.records = records;
        this.supervisor = supervisor;
        this.insight = insight;
        this.store = store;
        this.journal = journal;
        this.logDirectory = logDirectory;
    }

    /**
     * @param groups whether groups that exist are deleted too
     * @param age of the logs that go
     */
    CleanupView run(boolean dryRun, boolean groups, Duration age, Instant now)
            throws StorageException, DispatchUnavailableException, InterruptedException {
        List<KnownGroup> live = records.live();
        List<KnownGroup> deleted = records.deleted(RECORDED_JOBS);
        Map<String, RecordedJob> asked = new LinkedHashMap<>();
        List<KnownGroup> outlived = new ArrayList<>(deleted);
        live.stream().filter(group -> group.status().isTerminal()).forEach(outlived::add);
        // Of groups whose jobs had the same id only the latest can have it now; the newest come first.
        outlived.forEach(group -> add(group, asked));
        Set<String> alive = insight.alive(asked.values());
        List<CleanupView.Job> jobs = new ArrayList<>();
        for (KnownGroup group : outlived) {
            RecordedJob job = group.recordedJob();
            if (job != null && job.equals(asked.get(job.jobId())) && alive.contains(job.jobId())) {
                jobs.add(new CleanupView.Job(
                        job.jobId(),
                        group.benchmarkId(),
                        "its group has ended",
                        dryRun ? "would be cancelled" : cancel(job)));
            }
        }
        if (groups) {
            for (KnownGroup group : live) {
                jobs.add(new CleanupView.Job(
                        String.valueOf(group.job().jobId()),
                        group.benchmarkId(),
                        "every group is deleted",
                        dryRun ? "would be cancelled" : delete(group)));
            }
        }
        Set<Path> kept = logsOfLiveJobs(live, deleted, alive);
        return new CleanupView(dryRun, jobs, logs(dryRun, kept, age, now), List.of(insight.listCommand()));
    }

    private void add(KnownGroup group, Map<String, RecordedJob> jobs) {
        RecordedJob job = group.recordedJob();
        if (job != null && insight.isOfThisDispatcher(job.jobId())) {
            jobs.putIfAbsent(job.jobId(), job);
        }
    }

    private String cancel(RecordedJob job) throws InterruptedException {
        try {
            insight.cancel(job);
            store.journal(journal.group(
                    job.benchmarkId(), "job cancelled", "job " + job.jobId() + " had outlived its group"));
            return "cancelled";
        } catch (DispatchUnavailableException e) {
            return "not cancelled: " + e.getMessage();
        }
    }

    private String delete(KnownGroup group) throws StorageException, InterruptedException {
        try {
            supervisor.delete(group.benchmarkId());
            return "cancelled, and its group deleted";
        } catch (RequestRefusedException e) {
            return "not cancelled: " + e.getMessage();
        }
    }

    private static Set<Path> logsOfLiveJobs(List<KnownGroup> live, List<KnownGroup> deleted, Set<String> alive) {
        Set<Path> kept = new HashSet<>();
        live.stream()
                .filter(group -> !group.status().isTerminal())
                .forEach(group -> group.job().logPaths().forEach(path -> kept.add(Path.of(path))));
        deleted.stream()
                .filter(group -> alive.contains(String.valueOf(group.job().jobId())))
                .forEach(group -> group.job().logPaths().forEach(path -> kept.add(Path.of(path))));
        return kept;
    }

    private List<CleanupView.Log> logs(boolean dryRun, Set<Path> kept, Duration age, Instant now) {
        List<CleanupView.Log> logs = new ArrayList<>();
        try (Stream<Path> files = Files.list(logDirectory)) {
            for (Path file : files.sorted().limit(MOST_LOGS).toList()) {
                String name = file.getFileName().toString();
                boolean isLog = name.matches("client_dispatcher_.*\\.(out|err)|server_\\d+_\\d+\\.log(\\.1)?");
                if (isLog && !kept.contains(file)) {
                    consider(file, dryRun, age, now, logs);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            logs.add(new CleanupView.Log(logDirectory.toString(), 0, 0, "cannot be read: " + e.getMessage()));
        }
        return logs;
    }

    private static void consider(Path file, boolean dryRun, Duration age, Instant now, List<CleanupView.Log> logs) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Duration old = Duration.between(attributes.lastModifiedTime().toInstant(), now);
            if (!attributes.isRegularFile() || old.compareTo(age) <= 0) {
                return;
            }
            if (!dryRun) {
                Files.deleteIfExists(file);
            }
            logs.add(new CleanupView.Log(
                    file.toString(), attributes.size(), old.toDays(), dryRun ? "would be deleted" : "deleted"));
        } catch (IOException e) {
            logs.add(new CleanupView.Log(file.toString(), 0, 0, "not deleted: " + e.getMessage()));
        }
    }
}
