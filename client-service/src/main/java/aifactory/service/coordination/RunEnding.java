package aifactory.service.coordination;

import aifactory.protocol.ClientState;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary.EarlyEnd;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.ServiceTimings;
import aifactory.service.UncaughtErrors;
import aifactory.service.groups.Group;
import aifactory.service.groups.GroupClient;
import aifactory.service.runs.Run;
import aifactory.service.runs.RunPart;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How runs end: by themselves, on request, or because nothing more is to be expected. The caller holds the group's
 * lock.
 */
final class RunEnding {
    private static final Logger LOG = LoggerFactory.getLogger(RunEnding.class);

    private final ServiceTimings timings;
    private final ServiceClock clock;
    private final RunResults results;
    private final RunTransitions transitions;

    RunEnding(ServiceTimings timings, ServiceClock clock, RunResults results, RunTransitions transitions) {
        this.timings = timings;
        this.clock = clock;
        this.results = results;
        this.transitions = transitions;
    }

    /** Ends the run before its time; what was measured is kept. */
    Run stop(Group group, String cause) {
        return stop(group, new EarlyEnd(EarlyEnd.STOPPED, cause));
    }

    /** Ends the run if more of its requests have failed than it allows. */
    void stopOverErrors(Group group, Run run) {
        EarlyEnd exceeded = run.state() == RunState.RUNNING && !run.isOver()
                ? run.errorLimits().exceeded()
                : null;
        if (exceeded != null) {
            stop(group, exceeded);
        }
    }

    private Run stop(Group group, EarlyEnd early) {
        String cause = early.reason();
        Run run = group.currentRun();
        if (run == null) {
            throw RequestRefusedException.conflict("group " + group.benchmarkId() + " has no active run");
        }
        if (run.moments().stopCause() != null) {
            return run;
        }
        run.setMoments(run.moments().stopped(early));
        if (run.state() == RunState.QUEUED || run.state() == RunState.ARMING) {
            transitions.orderStop(group, run);
            transitions.endedEmpty(group, run, RunState.STOPPED, cause);
        } else {
            transitions.to(group, run, RunState.DRAINING, cause);
            transitions.orderStop(group, run);
        }
        return run;
    }

    /** Looks whether the run is past its end, and whether its last batches have been waited for long enough. */
    void supervise(Group group, Run run) {
        Long start = run.moments().startEpochNanos();
        Duration planned = Run.plannedDuration(run.specification());
        if (start == null) {
            return;
        }
        double elapsed = (clock.epochNanos() - start) / 1e9;
        boolean pastPlan = planned != null && elapsed > planned.toMillis() / 1e3;
        if (run.state() == RunState.RUNNING && pastPlan) {
            transitions.to(group, run, RunState.DRAINING, "waiting for the last requests");
        }
        double patience =
                run.specification().timeout().plus(timings.drainGrace()).toMillis() / 1e3;
        if (planned != null && elapsed > planned.toMillis() / 1e3 + patience) {
            for (RunPart part : run.parts()) {
                if (!part.isOver()) {
                    part.lose();
                    transitions.storePart(run, part);
                }
            }
        }
        finishIfOver(group, run);
    }

    /** Merges and judges once nothing more is waited for. */
    void finishIfOver(Group group, Run run) {
        if (run.state().isTerminal() || run.parts().isEmpty() || !run.isOver()) {
            return;
        }
        for (RunPart part : run.parts()) {
            GroupClient client = group.clients().get(part.client());
            if (!client.isLost()) {
                client.setState(ClientState.FINISHED);
            }
        }
        run.setMoments(run.moments().ended(clock.epochMillis(), run.moments().stopCause()));
        try {
            RunResults.Finished finished = results.finish(group, run);
            run.setMoments(run.moments().ended(clock.epochMillis(), finished.detail()));
            transitions.ended(group, run, finished.result(), finished.detail());
        } catch (RuntimeException e) {
            failed(group, run, e);
        } catch (Error e) {
            UncaughtErrors.tell(e);
            failed(group, run, e);
        }
    }

    /** Without an end its group could never be used again. */
    private void failed(Group group, Run run, Throwable failure) {
        LOG.error("run {}: the result could not be built", run.runId(), failure);
        transitions.endedEmpty(
                group,
                run,
                RunState.FAILED,
                "the result could not be built, which is a defect of the program: " + failure
                        + "; the records are kept");
    }
}
