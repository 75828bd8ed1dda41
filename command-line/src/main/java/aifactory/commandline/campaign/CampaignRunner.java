package aifactory.commandline.campaign;

import aifactory.capacity.CapacityResult;
import aifactory.capacity.CapacitySearch;
import aifactory.capacity.Judgement;
import aifactory.capacity.StepJudge;
import aifactory.commandline.aiserver.AiServerCheck;
import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.benchmark.BenchmarkGroup;
import aifactory.commandline.benchmark.RunDelivery;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.failure.ServersFailedFailure;
import aifactory.commandline.load.ServiceLevel;
import aifactory.commandline.session.Session;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.reporting.campaign.CampaignDocument;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of a campaign, those that are not done yet. What is done is on the disk before the next step begins;
 * an interruption ends the step that is under way and nothing before it.
 */
final class CampaignRunner {
    /** For a server that ended under load to start again. */
    private static final Duration RECOVERY_TIMEOUT = Duration.ofMinutes(2);

    private final Session session;
    private final ServiceClient service;
    private final Campaign campaign;
    private final Path file;
    private final CampaignStore store;
    private final CampaignGroups groups;
    private final int minutes;
    private final Consumer<CampaignDocument.Step> stepListener;
    /** Arguments that servers did not get ready with, and why not, as text. */
    private boolean measured;

    private final Map<Map<String, Object>, String> withoutServers = new HashMap<>();

    /**
     * @param file the campaign file
     * @param minutes the time limit of its groups
     * @param stepListener receives each step when it has ended
     */
    CampaignRunner(
            Session session,
            ServiceClient service,
            Campaign campaign,
            Path file,
            CampaignStore store,
            CampaignGroups groups,
            int minutes,
            Consumer<CampaignDocument.Step> stepListener) {
        this.session = session;
        this.service = service;
        this.campaign = campaign;
        this.file = file;
        this.store = store;
        this.groups = groups;
        this.minutes = minutes;
        this.stepListener = stepListener;
    }

    /** Runs everything that is left. */
    void run() {
        groups.deleteLeftOver();
        CapacityTargets find = campaign.find();
        CapacityResult found = null;
        if (find == null) {
            sweep();
        } else {
            found = search(find);
        }
        if (found != null && found.kind() == CapacityResult.Kind.SERVER_LOST) {
            // The search continues when the server runs again.
            store.keep(store.document().withCapacity(found));
        } else {
            store.keep(store.document().completed(found));
        }
    }

    /** A run of a kind of step. */
    private record Planned(int kind, int repeat) {}

    private void sweep() {
        List<Planned> runs = new ArrayList<>();
        for (int repeat = 1; repeat <= campaign.repeats(); repeat++) {
            for (int kind = 0; kind < campaign.sweep().size(); kind++) {
                runs.add(new Planned(kind, repeat));
            }
        }
        if (campaign.orderSeed() != null) {
            Collections.shuffle(runs, new Random(campaign.orderSeed()));
        }
        for (Planned run : runs) {
            boolean done = store.document().steps().stream()
                    .anyMatch(step -> step.repeat() == run.repeat()
                            && Integer.valueOf(run.kind()).equals(step.plannedStep()));
            if (!done) {
                pause();
                CampaignStep step = campaign.sweep().get(run.kind());
                String why = "step " + (run.kind() + 1) + " of "
                        + campaign.sweep().size()
                        + (campaign.repeats() > 1 ? ", repeat " + run.repeat() + " of " + campaign.repeats() : "");
                add(sweepStep(step, run, why));
            }
        }
    }

    /**
     * That servers do not get ready with some of the arguments which are tried is what was to be found out: the others
     * are measured.
     */
    private CampaignDocument.Step sweepStep(CampaignStep step, Planned run, String why) {
        String cause = withoutServers.get(step.serverArguments());
        if (cause == null) {
            try {
                return measure(
                        step,
                        run.kind(),
                        run.repeat(),
                        null,
                        why,
                        campaign.base().serviceLevels(),
                        null);
            } catch (ServersFailedFailure e) {
                if (!variesServers()) {
                    throw e;
                }
                groups.close();
                cause = e.causeInWords();
                withoutServers.put(step.serverArguments(), "as before: " + cause);
            }
        }
        return CampaignDocument.Step.withoutServers(
                store.document().steps().size() + 1,
                step.name(),
                run.kind(),
                run.repeat(),
                step.numClients(),
                cause,
                why);
    }

    private boolean variesServers() {
        return campaign.sweep().stream()
                        .map(CampaignStep::serverArguments)
                        .distinct()
                        .count()
                > 1;
    }

    private CapacityResult search(CapacityTargets find) {
        CapacitySearch search =
                new CapacitySearch(find.bounds(), campaign.sweep().getFirst().numClients(), find.maxClients());
        // The stored measurements lead the search to its previous state.
        for (CampaignDocument.Step step : store.document().steps()) {
            Double load = step.load();
            Judgement.Verdict verdict = step.verdict();
            if (load != null && verdict != null) {
                search.next();
                search.add(
                        load,
                        new Judgement(verdict, step.words()),
                        step.figures().requestThroughput());
            }
        }
        StepJudge judge = new StepJudge(find.attainment(), find.maxFailedShare());
        while (true) {
            switch (search.next()) {
                case CapacitySearch.Next.Done(CapacityResult result) -> {
                    return result;
                }
                case CapacitySearch.Next.Step(double load, int clients, String reason) -> {
                    CampaignStep step = CampaignFile.searchStep(session, file, campaign, load, clients);
                    String lost = lostServer(step);
                    if (lost != null) {
                        return search.lostServer(lost);
                    }
                    int repeat = 1
                            + (int) store.document().steps().stream()
                                    .filter(earlier -> Double.valueOf(load).equals(earlier.load()))
                                    .count();
                    pause();
                    CampaignDocument.Step done = measure(step, null, repeat, load, reason, find.serviceLevels(), judge);
                    add(done);
                    search.add(
                            load,
                            new Judgement(verdict(done), done.words()),
                            done.figures().requestThroughput());
                }
            }
        }
    }

    /** Why a server did not become available again after the last step; null when all are. */
    private @Nullable String lostServer(CampaignStep step) {
        List<CampaignDocument.Step> done = store.document().steps();
        if (done.isEmpty() || campaign.base().aiServers().isEmpty()) {
            return null;
        }
        String problem = AiServerCheck.awaitAvailable(
                session, campaign.base().aiServers(), step.specification(), RECOVERY_TIMEOUT);
        return problem == null
                ? null
                : "no server within " + RECOVERY_TIMEOUT.toSeconds() + " s after step "
                        + done.getLast().number() + " (" + done.getLast().name() + "); start it again and give the same"
                        + " command to continue: " + problem;
    }

    private static Judgement.Verdict verdict(CampaignDocument.Step step) {
        return step.verdict() == null ? Judgement.Verdict.UNUSABLE : step.verdict();
    }

    /** Only between two steps that are measured now: that of a previous process is long ago. */
    private void pause() {
        if (measured && campaign.pause().isPositive()) {
            session.interruption().pause(campaign.pause());
        }
        measured = true;
    }

    private void add(CampaignDocument.Step step) {
        store.keep(store.document().with(step));
        stepListener.accept(step);
    }

    private CampaignDocument.Step measure(
            CampaignStep step,
            @Nullable Integer kind,
            int repeat,
            @Nullable Double load,
            String why,
            List<ServiceLevel> levels,
            @Nullable StepJudge judge) {
        int number = store.document().steps().size() + 1;
        String directory = String.format(Locale.ROOT, "steps/%04d", number);
        RunResult result = runOnce(step, store.directory().resolve(directory), levels);
        RunSummary summary = result.summary();
        StepMeasure measure = new StepMeasure(result, step.specification());
        Judgement judgement = judge == null
                ? null
                : judge.judge(measure.judged(levels, step.specification().requestRate() != null));
        if (judge != null && measure.serverLost() != null) {
            // The next step needs servers that run.
            groups.close();
        }
        return new CampaignDocument.Step(
                number,
                step.name(),
                kind,
                repeat,
                step.numClients(),
                load,
                summary.runId(),
                directory,
                summary.status(),
                summary.valid(),
                measure.figures(store.document().latencyName()),
                judgement == null ? null : judgement.verdict(),
                judgement == null ? measure.words() : judgement.reason(),
                why);
    }

    /** A group that ended in between costs the step a second try, and no more. */
    private RunResult runOnce(CampaignStep step, Path directory, List<ServiceLevel> levels) {
        for (boolean first = true; ; first = false) {
            try {
                BenchmarkGroup group = groups.readyFor(step, minutes);
                BenchmarkGroup.EndedRun run = group.run(step.workload());
                if (run.interrupted()) {
                    throw new CommandFailure(
                            ExitCode.INTERRUPTED,
                            "interrupted in step '" + step.name()
                                    + "', which will be repeated; the same command resumes the " + "campaign: "
                                    + store.document().steps().size() + " steps are done");
                }
                return RunDelivery.deliver(session, service, run.runId(), directory, levels);
            } catch (ServersFailedFailure e) {
                throw e;
            } catch (CommandFailure e) {
                if (!first || e.exitCode() != ExitCode.UNAVAILABLE) {
                    throw e;
                }
                session.note("aifactory: step '" + step.name() + "' once more with a new group: " + e.getMessage());
                groups.close();
            }
        }
    }
}
