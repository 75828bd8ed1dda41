package aifactory.service.operations;

import aifactory.protocol.GroupState;
import aifactory.protocol.JobView;
import aifactory.service.dispatch.RecordedJob;
import aifactory.service.groups.JobInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group as operators see it, whether it exists or was deleted.
 *
 * @param clientNodes where its registered clients run
 * @param live whether it still exists
 * @param token that its job is named after
 * @param gpu whether it asked for GPUs
 * @param secretValues that are not shown in its logs
 */
record KnownGroup(
        long benchmarkId,
        GroupState status,
        JobInfo job,
        int numClients,
        int registered,
        List<String> clientNodes,
        Duration timeLimit,
        List<String> aiServers,
        Instant createdAt,
        @Nullable String latestRunId,
        boolean live,
        String token,
        boolean gpu,
        List<String> secretValues) {

    /** Clocks of machines differ; an accounting database cuts at seconds. */
    private static final Duration MARGIN = Duration.ofDays(1);

    /** Before the job can have been submitted. */
    Instant since() {
        return createdAt.minus(MARGIN);
    }

    /** Its job as it was recorded; null before there is one. */
    @Nullable
    RecordedJob recordedJob() {
        String jobId = job.jobId();
        return jobId == null ? null : new RecordedJob(jobId, benchmarkId, token, gpu, since());
    }

    JobView view() {
        return new JobView(
                benchmarkId,
                status,
                job.jobId(),
                job.word(),
                job.reason(),
                registered,
                numClients,
                createdAt.toString(),
                time(job.startedAtMillis()),
                time(job.endsAtMillis()),
                latestRunId,
                job.logPaths(),
                live);
    }

    private static @Nullable String time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis).toString();
    }
}
