package aifactory.service.dispatch;

import aifactory.protocol.PlanView;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Derives information about jobs from their states only, for dispatchers without further information. */
public class StatesInsight implements JobInsight {
    private final ClientDispatcher dispatcher;

    protected StatesInsight(ClientDispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    /** What is known of the jobs' states. */
    protected Map<String, JobStatus> states(Collection<String> jobIds) throws InterruptedException {
        return dispatcher.states(jobIds);
    }

    /** Unique job ids: they contain the group's token. */
    @Override
    public boolean isOfThisDispatcher(String jobId) {
        return true;
    }

    @Override
    public Optional<JobExplanation> explain(RecordedJob job) throws DispatchUnavailableException, InterruptedException {
        return Optional.ofNullable(states(List.of(job.jobId())).get(job.jobId()))
                .map(StatesInsight::explanation);
    }

    private static JobExplanation explanation(JobStatus status) {
        String reason = status.reason() == null ? "" : ": " + status.reason();
        String cause = switch (status.phase()) {
            case PENDING -> "it is waiting to start";
            case UNCERTAIN -> "its state is unknown to this version";
            case RUNNING -> "it runs";
            case ENDING -> "it is ending";
            case COMPLETED -> "it completed";
            case CANCELLED -> "it was cancelled";
            case FAILED -> "it failed";
            case EXPIRED -> "its time limit is over";
        };
        String verdict = switch (status.phase()) {
            case PENDING -> "waiting";
            case UNCERTAIN -> "uncertain";
            case RUNNING, ENDING, COMPLETED, CANCELLED -> "fine";
            case FAILED, EXPIRED -> "failed";
        };
        String remedy = switch (status.phase()) {
            case PENDING, UNCERTAIN -> "wait";
            case RUNNING, ENDING, COMPLETED, CANCELLED -> "no action is required";
            case FAILED -> "read the end of its log: aifactory logs";
            case EXPIRED -> "give the group a longer --time-limit, or runs a shorter --duration";
        };
        return new JobExplanation(
                status.word(),
                status.reason(),
                verdict,
                cause + reason,
                remedy,
                List.of(),
                null,
                status.phase() == JobStatus.Phase.RUNNING,
                List.of());
    }

    @Override
    public Optional<JobUsage> usage(RecordedJob job, Duration timeLimit)
            throws DispatchUnavailableException, InterruptedException {
        return Optional.empty();
    }

    @Override
    public PlanView plan(PlanQuery query) throws DispatchUnavailableException, InterruptedException {
        throw new DispatchUnavailableException("the dispatcher '" + dispatcher.name() + "' does not support planning");
    }

    @Override
    public Set<String> alive(Collection<RecordedJob> jobs) throws DispatchUnavailableException, InterruptedException {
        Set<String> alive = new HashSet<>();
        states(jobs.stream().map(RecordedJob::jobId).toList()).forEach((jobId, status) -> {
            if (!status.phase().isTerminal()) {
                alive.add(jobId);
            }
        });
        return alive;
    }

    @Override
    public void cancel(RecordedJob job) throws DispatchUnavailableException, InterruptedException {
        dispatcher.cancelAndConfirm(job.jobId());
    }

    @Override
    public String listCommand() {
        return "ps -ef";
    }
}
