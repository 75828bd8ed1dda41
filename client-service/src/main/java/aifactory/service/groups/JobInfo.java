package aifactory.service.groups;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a group's job, as it is stored.
 *
 * @param jobId null before the job was accepted
 * @param word the dispatcher's own word for its state
 * @param endsAtMillis when its time is over, milliseconds since 1970
 */
public record JobInfo(
        @Nullable String jobId,
        List<String> logPaths,
        @Nullable String word,
        @Nullable String reason,
        @Nullable Long startedAtMillis,
        @Nullable Long endsAtMillis) {
    public static final JobInfo NONE = new JobInfo(null, List.of(), null, null, null, null);

    public JobInfo withReason(@Nullable String newReason) {
        return new JobInfo(jobId, logPaths, word, newReason, startedAtMillis, endsAtMillis);
    }
}
