package aifactory.slurm.diagnosis;

import aifactory.slurm.AccountingAnswer;
import aifactory.slurm.JobComponent;
import aifactory.slurm.JobDetails;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobState;
import aifactory.slurm.NodeGroup;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.command.SlurmCommands;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out why a job is in its state. Sends at most three queries to Slurm. Thread-safe. */
public final class JobDoctor {
    private final SlurmGateway gateway;

    public JobDoctor(SlurmGateway gateway) {
        this.gateway = gateway;
    }

    /**
     * @param since before the job was submitted
     * @return empty when neither the controller nor the accounting database knows the job
     */
    public Optional<JobDiagnosis> diagnose(JobId id, Instant since)
            throws SlurmUnavailableException, InterruptedException {
        List<String> commands = new ArrayList<>();
        commands.add(SlurmCommands.show(SlurmCommands.details(id)));
        JobDetails details = gateway.details(id).orElse(null);
        JobObservation accounted = null;
        if (details == null || details.observation().state().isTerminal()) {
            commands.add(SlurmCommands.show(SlurmCommands.accounting(List.of(id), since)));
            accounted = accounted(id, since);
        }
        JobObservation job = better(details == null ? null : details.observation(), accounted);
        if (job == null) {
            return Optional.empty();
        }
        List<NodeGroup> nodes = List.of();
        if (job.state().phase() == JobState.Phase.WAITING) {
            commands.add("squeue --start -j " + id);
            commands.add(SlurmCommands.show(SlurmCommands.nodes()));
            nodes = gateway.nodes();
        }
        JobFacts facts = new JobFacts(job, details, nodes);
        Explanation explanation = explain(facts);
        return Optional.of(
                new JobDiagnosis(job, explanation, told(facts), expectedStart(facts, explanation), commands));
    }

    /**
     * Accounting is asked for the words of an end, which the controller does not have; when it does not answer, so be
     * it.
     */
    private @Nullable JobObservation accounted(JobId id, Instant since) throws InterruptedException {
        try {
            return switch (gateway.accounting(List.of(id), since)) {
                case AccountingAnswer.Known(List<JobObservation> jobs) -> jobs.isEmpty() ? null : jobs.getFirst();
                case AccountingAnswer.Absent absent -> null;
            };
        } catch (SlurmUnavailableException e) {
            return null;
        }
    }

    private static @Nullable JobObservation better(
            @Nullable JobObservation controller, @Nullable JobObservation accounting) {
        if (controller == null || accounting == null) {
            return controller == null ? accounting : controller;
        }
        // The database lags behind; when it has recorded the end too, it has more detail: who cancelled, and the exit
        // code.
        return accounting.state().isTerminal() ? accounting : controller;
    }

    private static Explanation explain(JobFacts facts) {
        JobObservation job = facts.job();
        String reason = job.reason();
        return switch (job.state().phase()) {
            case WAITING -> waiting(facts, reason);
            case RUNNING ->
                new Explanation(
                        Verdict.FINE,
                        "it runs on " + job.nodes() + (job.state() == JobState.RUNNING ? "" : " (" + job.state() + ")"),
                        job.state() == JobState.SUSPENDED
                                ? "it is suspended by Slurm: wait, or ask the administrators"
                                : "no action is required");
            case ENDING -> new Explanation(Verdict.FINE, "it is ending", "wait a moment");
            case ENDED -> EndReasons.explain(facts);
            case UNCERTAIN ->
                new Explanation(
                        Verdict.UNCERTAIN,
                        "Slurm says " + job.stateWords() + ", which is unknown to this version",
                        "run: scontrol show job " + job.id());
        };
    }

    private static Explanation waiting(JobFacts facts, @Nullable String reason) {
        List<Explanation> ofComponents = new ArrayList<>();
        for (JobComponent component : facts.job().components()) {
            JobFacts own = facts.ofComponent(component);
            if (own != null && component.state().phase() == JobState.Phase.WAITING) {
                Explanation explanation = waitingPart(own, component.reason());
                ofComponents.add(new Explanation(
                        explanation.verdict(),
                        ComponentReasons.name(component) + ": " + explanation.cause(),
                        explanation.remedy()));
            }
        }
        return ComponentReasons.decisive(ofComponents).orElseGet(() -> waitingPart(facts, reason));
    }

    private static Explanation waitingPart(JobFacts facts, @Nullable String reason) {
        return switch (facts.job().state()) {
            case SPECIAL_EXIT, REQUEUE_HOLD, RESV_DEL_HOLD ->
                reason == null
                        ? PendingReasons.explain("job requeued in held state", facts)
                        : PendingReasons.explain(reason, facts);
            default ->
                reason == null
                        ? new Explanation(
                                Verdict.WAITING,
                                "it was just submitted; Slurm has not considered it yet",
                                "wait a moment")
                        : PendingReasons.explain(reason, facts);
        };
    }

    private static List<String> told(JobFacts facts) {
        List<String> told = new ArrayList<>();
        JobObservation job = facts.job();
        if (job.restarts() > 0) {
            told.add("it was requeued " + job.restarts() + (job.restarts() == 1 ? " time" : " times")
                    + " (preempted, a node failed, or manually)");
        }
        for (JobComponent component : job.components()) {
            told.add(ComponentReasons.name(component) + " is " + component.stateWords()
                    + (component.reason() == null ? "" : " (" + component.reason() + ")")
                    + (component.nodes().isEmpty() ? "" : " on " + component.nodes()));
        }
        String states = facts.nodeStates();
        if (!states.isEmpty()) {
            told.add(facts.partition() + ": " + states);
        }
        if (facts.details() == null && job.source() == JobObservation.Source.ACCOUNTING) {
            told.add("the controller no longer has the job; this is from the accounting database");
        }
        return told;
    }

    private static @Nullable Instant expectedStart(JobFacts facts, Explanation explanation) {
        boolean mayStart =
                facts.job().state().phase() == JobState.Phase.WAITING && explanation.verdict() == Verdict.WAITING;
        return mayStart ? facts.job().startsAt() : null;
    }
}
