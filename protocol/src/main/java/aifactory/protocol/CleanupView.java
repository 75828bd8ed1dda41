package aifactory.protocol;

import java.util.List;

/** Answer of {@code POST /cleanup}: what was, or with a dry run would be, cancelled and deleted. */
public record CleanupView(boolean dryRun, List<Job> jobs, List<Log> logs, List<String> nativeCommands) {
    /**
     * A job.
     *
     * @param why it is cancelled
     * @param outcome {@code would be cancelled}, {@code cancelled}, or why it was not
     */
    public record Job(String jobId, long benchmarkId, String why, String outcome) {}

    /**
     * A log file.
     *
     * @param outcome {@code would be deleted}, {@code deleted}, or why it was not
     */
    public record Log(String path, long sizeBytes, long ageDays, String outcome) {}
}
