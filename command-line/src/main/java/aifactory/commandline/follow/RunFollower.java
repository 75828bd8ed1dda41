package aifactory.commandline.follow;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.progress.RunProgressText;
import aifactory.commandline.session.Session;
import aifactory.protocol.RunView;
import java.time.Duration;

/** Follows a run to its end. */
public final class RunFollower {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

    private final Session session;
    private final ServiceClient service;
    private final PatientPoll poll;

    public RunFollower(Session session, ServiceClient service) {
        this.session = session;
        this.service = service;
        this.poll = new PatientPoll(session);
    }

    /** Waits until nothing more will be added to the run, and returns it as it is then. */
    public RunView awaitEnd(String runId, ProgressDisplay display) {
        while (true) {
            RunView run = poll.ask(() -> service.showRun(runId), display);
            if (run.state().isTerminal()) {
                return run;
            }
            display.show(RunProgressText.of(run));
            session.interruption().pause(POLL_INTERVAL);
        }
    }
}
