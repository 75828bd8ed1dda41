package aifactory.service.dispatch;

import java.util.List;

/**
 * A job that exists.
 *
 * @param jobId the other side's name for it
 * @param logPaths where its output goes
 */
public record DispatchedJob(String jobId, List<String> logPaths) {
    public DispatchedJob {
        logPaths = List.copyOf(logPaths);
    }
}
