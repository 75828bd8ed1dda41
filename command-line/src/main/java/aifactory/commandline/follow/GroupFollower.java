package aifactory.commandline.follow;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.failure.ServersFailedFailure;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.progress.RunProgressText;
import aifactory.commandline.session.Session;
import aifactory.protocol.GroupInfo;
import aifactory.protocol.GroupState;
import aifactory.protocol.GroupView;
import aifactory.protocol.ServerFailure;
import aifactory.protocol.ServerView;
import java.time.Duration;
import java.util.Locale;

/** Waits for the state of a group. */
public final class GroupFollower {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final Session session;
    private final ServiceClient service;
    private final PatientPoll poll;

    public GroupFollower(Session session, ServiceClient service) {
        this.session = session;
        this.service = service;
        this.poll = new PatientPoll(session);
    }

    /**
     * Waits until the group can take a run, or is taking one.
     *
     * @throws CommandFailure with exit code 3 when that takes too long, 4 when the group has ended instead
     */
    public GroupView awaitReady(long id, Duration longest, ProgressDisplay display) {
        return await(id, longest, display, "ready", true);
    }

    /**
     * Waits until the group has no active run and has had one, or has ended.
     *
     * @throws CommandFailure with exit code 3 when that takes too long
     */
    public GroupView awaitDone(long id, Duration longest, ProgressDisplay display) {
        return await(id, longest, display, "done", false);
    }

    private GroupView await(long id, Duration longest, ProgressDisplay display, String what, boolean forReady) {
        long startNanos = session.clock().nanoTime();
        while (true) {
            GroupView group = poll.ask(() -> service.showGroup(id), display);
            if (forReady ? isReady(id, group.info()) : isDone(group.info())) {
                return group;
            }
            display.show(RunProgressText.of(group.info()));
            if (session.clock().nanoTime() - startNanos > longest.toNanos()) {
                throw CommandFailure.timedOut("group " + id + " is not " + what + " after " + longest.toSeconds()
                        + " s: " + describe(group.info()) + "; wait longer with --timeout");
            }
            session.interruption().pause(POLL_INTERVAL);
        }
    }

    private static boolean isReady(long id, GroupInfo info) {
        return switch (info.status()) {
            case READY, RUNNING -> true;
            case SUBMITTING, PENDING, STARTING -> false;
            case ENDING, ENDED, FAILED, CANCELLED, EXPIRED ->
                throw failure(info, "group " + id + " will not be ready: " + describe(info));
        };
    }

    /** A missing response may arrive the next time; an error that a server has reported would be reported again. */
    private static CommandFailure failure(GroupInfo info, String message) {
        return info.servers().stream()
                .filter(server -> server.readyAfterS() == null)
                .map(ServerView::failure)
                .filter(failure -> failure != null && failure.cause() != ServerFailure.Cause.SILENT)
                .findFirst()
                .<CommandFailure>map(failure -> new ServersFailedFailure(message, failure.inWords()))
                .orElseGet(() -> new CommandFailure(ExitCode.UNAVAILABLE, message));
    }

    private static boolean isDone(GroupInfo info) {
        return info.status().isTerminal()
                || (info.status() == GroupState.READY && info.currentRunId() == null && info.latestRunId() != null);
    }

    private static String describe(GroupInfo info) {
        return "it is " + info.status().name().toLowerCase(Locale.ROOT)
                + (info.reason() == null ? "" : " (" + info.reason() + ")") + ", " + info.registered() + " of "
                + info.numClients() + " clients have registered"
                + (info.logPaths().isEmpty() ? "" : "; logs: " + String.join(", ", info.logPaths()));
    }
}
