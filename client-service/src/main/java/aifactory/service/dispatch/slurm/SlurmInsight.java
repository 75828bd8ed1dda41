package aifactory.service.dispatch.slurm;

import aifactory.protocol.GroupUsage;
import aifactory.protocol.PlanView;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.JobExplanation;
import aifactory.service.dispatch.JobInsight;
import aifactory.service.dispatch.JobUsage;
import aifactory.service.dispatch.PlanQuery;
import aifactory.service.dispatch.RecordedJob;
import aifactory.slurm.ControlResult;
import aifactory.slurm.JobDetails;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobState;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.StepUsage;
import aifactory.slurm.UsageReport;
import aifactory.slurm.command.SlurmCommands;
import aifactory.slurm.diagnosis.JobDiagnosis;
import aifactory.slurm.diagnosis.JobDoctor;
import aifactory.slurm.job.JobScriptBuilder;
import aifactory.slurm.planning.CapacityPlan;
import aifactory.slurm.planning.CapacityPlanner;
import aifactory.slurm.planning.PartitionOffer;
import aifactory.slurm.planning.PlanQuestion;
import aifactory.slurm.usage.RightSizing;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Slurm tells operators of jobs. */
public final class SlurmInsight implements JobInsight {
    private static final double SECONDS_PER_MILLI = 0.001;

    private final SlurmGateway gateway;
    private final JobDoctor doctor;
    private final CapacityPlanner planner;

    public SlurmInsight(SlurmGateway gateway) {
        this.gateway = gateway;
        doctor = new JobDoctor(gateway);
        planner = new CapacityPlanner(gateway);
    }

    private static DispatchUnavailableException unavailable(SlurmUnavailableException e) {
        return new DispatchUnavailableException("Slurm does not answer: " + e.getMessage(), e);
    }

    @Override
    public boolean isOfThisDispatcher(String jobId) {
        return parse(jobId).isPresent();
    }

    private static Optional<JobId> parse(String jobId) {
        try {
            return Optional.of(JobId.parse(jobId));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Slurm gives ids out again, after its numbers have wrapped around or its state was lost. */
    private static boolean is(RecordedJob recorded, JobObservation seen) {
        boolean sameName =
                seen.name().equals(JobScriptBuilder.jobName(recorded.gpu(), recorded.benchmarkId(), recorded.token()));
        Instant submitted = seen.submittedAt();
        return sameName && (submitted == null || !submitted.isBefore(recorded.since()));
    }

    @Override
    public Optional<JobExplanation> explain(RecordedJob job) throws DispatchUnavailableException, InterruptedException {
        Optional<JobId> id = parse(job.jobId());
        if (id.isEmpty()) {
            return Optional.empty();
        }
        try {
            return doctor.diagnose(id.get(), job.since())
                    .filter(diagnosis -> is(job, diagnosis.observation()))
                    .map(SlurmInsight::explanation);
        } catch (SlurmUnavailableException e) {
            throw unavailable(e);
        }
    }

    private static JobExplanation explanation(JobDiagnosis diagnosis) {
        JobObservation job = diagnosis.observation();
        return new JobExplanation(
                job.stateWords(),
                job.reason(),
                diagnosis.explanation().verdict().name().toLowerCase(Locale.ROOT),
                diagnosis.explanation().cause(),
                diagnosis.explanation().remedy(),
                diagnosis.facts(),
                text(diagnosis.expectedStart()),
                job.state() == JobState.RUNNING,
                diagnosis.nativeCommands());
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    @Override
    public Optional<JobUsage> usage(RecordedJob job, Duration timeLimit)
            throws DispatchUnavailableException, InterruptedException {
        Optional<JobId> id = parse(job.jobId());
        try {
            return id.isEmpty() || isAnotherNow(id.get(), job)
                    ? Optional.empty()
                    : gateway.usage(id.get(), job.since()).map(report -> usage(report, timeLimit));
        } catch (SlurmUnavailableException e) {
            throw unavailable(e);
        }
    }

    /** Only positive evidence counts: the controller forgets jobs that have ended. */
    private boolean isAnotherNow(JobId id, RecordedJob job) throws SlurmUnavailableException, InterruptedException {
        return gateway.details(id)
                .filter(details -> !is(job, details.observation()))
                .isPresent();
    }

    private static JobUsage usage(UsageReport report, Duration timeLimit) {
        return new JobUsage(
                report.state().toString(),
                report.elapsed(),
                report.nodeSeconds(),
                report.nodeCount(),
                report.cpus(),
                report.requestedMemory(),
                RightSizing.maximumResidentBytes(report),
                RightSizing.cpuShare(report),
                report.steps().stream().map(SlurmInsight::step).toList(),
                RightSizing.advise(report, timeLimit),
                report.nativeCommands());
    }

    private static GroupUsage.Step step(StepUsage step) {
        Duration used = step.cpuTime();
        return new GroupUsage.Step(
                step.step(),
                step.name(),
                step.tasks(),
                step.maximumResidentBytes() < 0 ? null : step.maximumResidentBytes(),
                step.maximumResidentNode(),
                used == null ? null : used.toMillis() * SECONDS_PER_MILLI,
                step.maximumVirtualBytes() < 0 ? null : step.maximumVirtualBytes(),
                step.averagePageFaults() < 0 ? null : step.averagePageFaults());
    }

    @Override
    public PlanView plan(PlanQuery query) throws DispatchUnavailableException, InterruptedException {
        try {
            return view(planner.plan(new PlanQuestion(
                    query.numClients(),
                    query.cpus(),
                    query.mem(),
                    query.timeLimit(),
                    query.partition(),
                    query.qos(),
                    query.account(),
                    query.gres(),
                    query.constraint())));
        } catch (SlurmUnavailableException e) {
            throw unavailable(e);
        }
    }

    private static PlanView view(CapacityPlan plan) {
        PlanQuestion question = plan.question();
        return new PlanView(
                question.numClients(),
                question.cpus(),
                question.memory(),
                (int) question.timeLimit().toMinutes(),
                plan.totalCpus(),
                plan.totalMemoryBytes(),
                plan.nodeHours(),
                plan.cpuHours(),
                plan.chosen(),
                plan.fits(),
                plan.verdict(),
                text(plan.expectedStart()),
                plan.startWords(),
                plan.offers().stream().map(SlurmInsight::offer).toList(),
                plan.nativeCommands());
    }

    private static PlanView.Offer offer(PartitionOffer offer) {
        Duration limit = offer.timeLimit();
        return new PlanView.Offer(
                offer.partition(),
                offer.nodes(),
                offer.fitting(),
                offer.idle(),
                limit == null ? null : (int) limit.toMinutes(),
                offer.shapes(),
                offer.obstacles());
    }

    @Override
    public Set<String> alive(Collection<RecordedJob> jobs) throws DispatchUnavailableException, InterruptedException {
        if (jobs.isEmpty()) {
            return Set.of();
        }
        try {
            Map<String, JobObservation> queue = new HashMap<>();
            gateway.queue().stream()
                    .filter(job -> !job.state().isTerminal())
                    .forEach(job -> queue.put(job.id().toString(), job));
            Set<String> alive = new HashSet<>();
            for (RecordedJob job : jobs) {
                JobObservation seen = queue.get(job.jobId());
                if (seen != null && is(job, seen)) {
                    alive.add(job.jobId());
                }
            }
            return alive;
        } catch (SlurmUnavailableException e) {
            throw unavailable(e);
        }
    }

    @Override
    public void cancel(RecordedJob job) throws DispatchUnavailableException, InterruptedException {
        JobId id = parse(job.jobId())
                .orElseThrow(() -> new DispatchUnavailableException("job " + job.jobId() + " is not a job of Slurm"));
        try {
            Optional<JobDetails> seen = gateway.details(id);
            if (seen.isPresent() && !is(job, seen.get().observation())) {
                throw new DispatchUnavailableException("job " + id + " is another job now, "
                        + seen.get().observation().name() + ": it was left alone");
            }
        } catch (SlurmUnavailableException e) {
            throw unavailable(e);
        }
        switch (gateway.cancel(id)) {
            case ControlResult.Accepted accepted -> {}
            case ControlResult.AlreadyEnded ended -> {}
            case ControlResult.TryAgain(String words) ->
                throw new DispatchUnavailableException(words + "; clean up again in a minute");
            case ControlResult.Refused refused ->
                throw new DispatchUnavailableException(refused.refusal().toString());
        }
    }

    @Override
    public String listCommand() {
        return SlurmCommands.show(List.of("squeue", "--me", "-o", "%i %j %T %M %D %R"));
    }
}
