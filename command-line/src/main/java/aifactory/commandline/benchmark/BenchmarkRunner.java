package aifactory.commandline.benchmark;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.follow.GroupFollower;
import aifactory.commandline.follow.RunFollower;
import aifactory.commandline.follow.RunVerdict;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.progress.ProgressText;
import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import aifactory.protocol.GroupRequest;
import aifactory.protocol.RunDispatched;
import aifactory.protocol.RunResult;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Creates a group, waits for its clients, runs the workload, brings the result home and deletes the group again, whatever
 * happens on the way. An interruption in mid-run stops the run and brings home what there is.
 */
public final class BenchmarkRunner {
    private static final Duration CLEAN_UP_TIMEOUT = Duration.ofSeconds(15);
    /** Slurm takes up to KillWait for a job that does not end by itself, and its time to confirm. */
    private static final Duration DELETE_TIMEOUT = Duration.ofMinutes(3);
    /** The service gives clients less than this to deliver what they have. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

    private static final int ID_ATTEMPTS = 20;
    private static final long SMALLEST_ID = 1_000_000;
    private static final long IDS = 1_000_000_000;

    private final Session session;
    private final ServiceClient service;
    private final ProgressDisplay display;

    public BenchmarkRunner(Session session, ServiceClient service, ProgressDisplay display) {
        this.session = session;
        this.service = service;
        this.display = display;
    }

    /**
     * What came of a benchmark.
     *
     * @param directory where the files are
     */
    public record Outcome(RunResult result, Path directory, RunVerdict verdict) {}

    /** Runs the benchmark to its end, or to the user's. */
    public Outcome run(BenchmarkPlan plan) {
        display.show(ProgressText.of("creating", "starting " + plan.numClients() + " clients"));
        long id = createGroup(plan);
        try {
            new GroupFollower(session, service).awaitReady(id, Duration.ofMinutes(plan.timeLimitMinutes()), display);
            RunDispatched run = service.run(id, plan.workload());
            return followToResult(plan, id, run.runId());
        } finally {
            deleteGroup(id);
        }
    }

    private long createGroup(BenchmarkPlan plan) {
        GroupRequest request = plan.placement()
                .request(
                        plan.numClients(),
                        plan.timeLimitMinutes(),
                        plan.aiServers().stream().map(URI::toString).toList(),
                        null,
                        null);
        long first = Math.floorMod(session.instants().millis(), IDS);
        for (int attempt = 0; ; attempt++) {
            long id = SMALLEST_ID + Math.floorMod(first + attempt, IDS);
            try {
                return service.createGroup(id, request).benchmarkId();
            } catch (ServiceClient.ConflictException e) {
                if (attempt == ID_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Outcome followToResult(BenchmarkPlan plan, long id, String runId) {
        boolean isInterrupted = false;
        try {
            new RunFollower(session, service).awaitEnd(runId, display);
        } catch (CommandFailure failure) {
            if (failure.exitCode() != ExitCode.INTERRUPTED) {
                throw failure;
            }
            isInterrupted = true;
            stopAndAwait(id, runId);
        }
        display.show(ProgressText.of("collecting", "bringing home the result of run " + runId));
        Path directory = plan.output() == null ? RunDelivery.usualDirectory(session, runId) : plan.output();
        ServiceClient collecting = isInterrupted ? service.forCleaningUp(CLEAN_UP_TIMEOUT) : service;
        RunResult result = RunDelivery.deliver(session, collecting, runId, directory, plan.serviceLevels());
        RunVerdict verdict = isInterrupted
                ? RunVerdict.interrupted()
                : RunVerdict.of(result.summary(), plan.maxFailed(), plan.serviceLevels());
        return new Outcome(result, directory, verdict);
    }

    private void stopAndAwait(long id, String runId) {
        display.show(ProgressText.of("stopping", "interrupted: stopping the run, what it has measured is kept"));
        ServiceClient stopping = service.forCleaningUp(CLEAN_UP_TIMEOUT);
        stopping.stop(id);
        Interruption again = new Interruption();
        long startNanos = session.clock().nanoTime();
        while (!stopping.showRun(runId).state().isTerminal()
                && session.clock().nanoTime() - startNanos < STOP_TIMEOUT.toNanos()) {
            again.await(Duration.ofMillis(200));
        }
    }

    private void deleteGroup(long id) {
        display.show(ProgressText.of("ending", "ending the clients"));
        try {
            service.forCleaningUp(DELETE_TIMEOUT).deleteGroup(id);
        } catch (CommandFailure e) {
            // The result, or the failure that brought us here, is what the user has to see.
            session.note("aifactory: group " + id + " could not be deleted: " + e.getMessage());
        }
    }
}
