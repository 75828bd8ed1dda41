package aifactory.service.groups;

import aifactory.service.dispatch.DispatchedJob;
import aifactory.service.servers.ServerGeneration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a group's job, as it is stored.
 *
 * @param jobId null before the job was accepted
 * @param word the dispatcher's own word for its state
 * @param deletionAsked whether its group is being deleted; null for no
 * @param endsAtMillis when its time is over, milliseconds since 1970
 * @param servers what its servers were last ordered to run; null as long as that is what the group was created with
 * @param notes what differs from the request, and what that costs; null for nothing
 */
public record JobInfo(
        @Nullable String jobId,
        List<String> logPaths,
        @Nullable String word,
        @Nullable String reason,
        @Nullable Long startedAtMillis,
        @Nullable Long endsAtMillis,
        @Nullable Boolean deletionAsked,
        @Nullable ServerGeneration servers,
        @Nullable List<String> notes) {
    public static final JobInfo NONE = new JobInfo(null, List.of(), null, null, null, null, null, null, null);

    /** A job that was accepted, and of which nothing else is known yet. */
    public static JobInfo accepted(DispatchedJob job) {
        return new JobInfo(
                job.jobId(),
                job.logPaths(),
                null,
                null,
                null,
                null,
                null,
                null,
                job.notes().isEmpty() ? null : job.notes());
    }

    public JobInfo withReason(@Nullable String newReason) {
        return new JobInfo(
                jobId, logPaths, word, newReason, startedAtMillis, endsAtMillis, deletionAsked, servers, notes);
    }

    /** From now on its group is to be removed as soon as its job has ended, also after a restart of the service. */
    public JobInfo withDeletionAsked() {
        return new JobInfo(jobId, logPaths, word, reason, startedAtMillis, endsAtMillis, true, servers, notes);
    }

    /** The same with further logs, those of its servers. */
    public JobInfo withLogs(List<String> more) {
        List<String> all = new ArrayList<>(logPaths);
        all.addAll(more);
        return new JobInfo(
                jobId, List.copyOf(all), word, reason, startedAtMillis, endsAtMillis, deletionAsked, servers, notes);
    }

    public JobInfo withServers(ServerGeneration changed) {
        return new JobInfo(jobId, logPaths, word, reason, startedAtMillis, endsAtMillis, deletionAsked, changed, notes);
    }

    public boolean isDeletionAsked() {
        return Boolean.TRUE.equals(deletionAsked);
    }
}
