package aifactory.commandline.benchmark;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.follow.RunVerdict;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.progress.ProgressText;
import aifactory.commandline.session.Session;
import aifactory.protocol.RunResult;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Creates a group, waits for its clients, runs the workload, collects the result and deletes the group again, in
 * any case. An interruption during the run stops the run and collects the partial result.
 */
public final class BenchmarkRunner {
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
        BenchmarkGroup.Order order = new BenchmarkGroup.Order(
                plan.numClients(), plan.timeLimitMinutes(), plan.placement(), plan.aiServers(), plan.server());
        try (BenchmarkGroup group = BenchmarkGroup.create(session, service, display, order)) {
            group.awaitReady(Duration.ofMinutes(plan.timeLimitMinutes()));
            BenchmarkGroup.EndedRun run = group.run(plan.workload());
            return collect(plan, group, run);
        }
    }

    private Outcome collect(BenchmarkPlan plan, BenchmarkGroup group, BenchmarkGroup.EndedRun run) {
        display.show(ProgressText.of("collecting", "collecting results of run " + run.runId()));
        Path directory = plan.output() == null ? RunDelivery.usualDirectory(session, run.runId()) : plan.output();
        RunResult result =
                RunDelivery.deliver(session, group.collecting(run), run.runId(), directory, plan.serviceLevels());
        RunVerdict verdict = run.interrupted()
                ? RunVerdict.interrupted()
                : RunVerdict.of(result.summary(), plan.maxFailed(), plan.serviceLevels());
        return new Outcome(result, directory, verdict);
    }
}
