package aifactory.service.dispatch;

import java.util.List;

/**
 * A job that exists.
 *
 * @param jobId the other side's name for it
 * @param logPaths where its output goes
 * @param notes what differs from the order, and what that costs, for people
 */
public record DispatchedJob(String jobId, List<String> logPaths, List<String> notes) {
    public DispatchedJob {
        logPaths = List.copyOf(logPaths);
        notes = List.copyOf(notes);
    }

    public DispatchedJob(String jobId, List<String> logPaths) {
        this(jobId, logPaths, List.of());
    }
}
