package aifactory.commandline.follow;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.session.Session;
import aifactory.protocol.GroupLogs;
import aifactory.protocol.LogView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows the logs of a group from their last lines to the end of its job. Offsets are those of the files, so that a
 * restart of the service loses and repeats nothing. Used by one thread.
 */
public final class LogFollower {
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
    /** Shared file systems show what a node has written with a delay. */
    private static final int POLLS_AFTER_END = 2;

    private final Session session;
    private final ServiceClient service;
    private final PatientPoll poll;
    private final Sink sink;
    private final Map<String, Long> offsets = new HashMap<>();
    /** The files whose offsets are requested. */
    private final List<String> order = new ArrayList<>();

    private @Nullable String jobId;

    /** Where followed lines go. */
    public interface Sink {
        /** A line of a file. */
        void line(String path, String line);

        /** What happened to a file or the job, for people. */
        void note(String text);
    }

    public LogFollower(Session session, ServiceClient service, Sink sink) {
        this.session = session;
        this.service = service;
        this.poll = new PatientPoll(session);
        this.sink = sink;
    }

    /**
     * Passes on the last lines of each file and all that follow, until the group's job has ended or another group has
     * its id.
     *
     * @param lines maximum number of lines of each file at the beginning
     * @throws CommandFailure with exit code 130 when the command is asked to end
     */
    public void follow(long id, long lines, ProgressDisplay display) {
        GroupLogs logs = poll.ask(() -> service.logs(id, lines), display);
        jobId = logs.jobId();
        logs.files().forEach(this::begin);
        int quietPolls = 0;
        while (quietPolls < POLLS_AFTER_END) {
            GroupLogs added = poll.ask(() -> service.logsAfter(id, requestedOffsets()), display);
            if (jobId != null && !jobId.equals(added.jobId())) {
                sink.note("group " + id + " was created again: the logs are those of another job");
                return;
            }
            jobId = added.jobId();
            boolean isMore = pass(added.files());
            quietPolls = added.status().isTerminal() && !isMore ? quietPolls + 1 : 0;
            if (!isMore) {
                session.interruption().pause(POLL_INTERVAL);
            }
        }
        sink.note("the job of group " + id + " has ended");
    }

    private List<Long> requestedOffsets() {
        return order.stream().map(path -> offsets.getOrDefault(path, 0L)).toList();
    }

    /** The last lines, without one that is still being written. */
    private void begin(LogView file) {
        List<String> lines = new ArrayList<>(file.lines());
        if (!lines.isEmpty() && nextOffset(file) < file.sizeBytes()) {
            lines.removeLast();
        }
        lines.forEach(line -> sink.line(file.path(), line));
        offsets.put(file.path(), nextOffset(file));
        order.add(file.path());
    }

    /**
     * Passes on what was added to files that were read from where they had been read to.
     *
     * @return whether there is more
     */
    private boolean pass(List<LogView> files) {
        List<String> requested = List.copyOf(order);
        order.clear();
        boolean isMore = false;
        for (int index = 0; index < files.size(); index++) {
            LogView file = files.get(index);
            String path = file.path();
            order.add(path);
            boolean isInPlace = index < requested.size() && requested.get(index).equals(path);
            // Otherwise the list of files has changed, and the offset was that of another file.
            if (file.problem() == null && (isInPlace || !offsets.containsKey(path))) {
                isMore |= pass(file, offsets.getOrDefault(path, 0L));
            }
        }
        return isMore;
    }

    private boolean pass(LogView file, long before) {
        long next = nextOffset(file);
        if (next < before) {
            sink.note(file.path() + " was truncated; continuing from its beginning");
        }
        file.lines().forEach(line -> sink.line(file.path(), line));
        offsets.put(file.path(), next);
        return next > before && next < file.sizeBytes() && !file.lines().isEmpty();
    }

    private static long nextOffset(LogView file) {
        Long next = file.nextOffset();
        if (next == null) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    "the Client Service is of a version whose logs cannot be followed; update it, or use logs without"
                            + " --follow");
        }
        return next;
    }
}
