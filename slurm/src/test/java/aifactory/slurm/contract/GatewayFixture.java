package aifactory.slurm.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import aifactory.slurm.AccountingAnswer;
import aifactory.slurm.ControlResult;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobState;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.Refusal;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.SubmissionResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A gateway on a cluster, with what its tests ask again and again; no job is left behind. */
abstract class GatewayFixture {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    ClusterUnderTest cluster;
    SlurmGateway gateway;
    Instant began;
    private final List<JobId> submitted = new ArrayList<>();

    protected abstract ClusterUnderTest open() throws Exception;

    @BeforeEach
    void openCluster() throws Exception {
        cluster = open();
        gateway = cluster.gateway();
        began = cluster.clock().now().minus(Duration.ofDays(1));
    }

    @AfterEach
    void leaveNoJobBehind() throws Exception {
        try {
            for (JobId id : submitted) {
                gateway.cancel(id);
            }
        } finally {
            cluster.close();
        }
    }

    ContractJobs.Options job(String purpose) {
        String token = UUID.randomUUID().toString().substring(0, 8);
        return ContractJobs.named("contract-" + purpose + "-" + token, cluster.sharedDirectory());
    }

    JobId submit(JobSubmission submission) throws InterruptedException {
        SubmissionResult result = gateway.submit(submission);
        if (result instanceof SubmissionResult.Submitted(JobId id, String ignored, List<String> messages)) {
            submitted.add(id);
            return id;
        }
        return fail("not submitted: " + result);
    }

    Refusal refusal(JobSubmission submission) throws InterruptedException {
        SubmissionResult result = gateway.submit(submission);
        if (result instanceof SubmissionResult.Refused(Refusal refusal)) {
            return refusal;
        }
        if (result instanceof SubmissionResult.Submitted(JobId id, String ignored, List<String> messages)) {
            submitted.add(id);
        }
        return fail("not refused: " + result);
    }

    JobObservation queued(JobId id, String what, Predicate<JobObservation> condition) throws Exception {
        JobObservation[] last = new JobObservation[1];
        await(id + " " + what, () -> {
            Optional<JobObservation> found =
                    gateway.queue().stream().filter(job -> job.id().equals(id)).findFirst();
            last[0] = found.orElse(null);
            return found.isPresent() && condition.test(found.get());
        });
        return last[0];
    }

    JobObservation accounted(JobId id, JobState state) throws Exception {
        JobObservation[] last = new JobObservation[1];
        await(id + " is " + state + " in accounting", () -> {
            AccountingAnswer answer = gateway.accounting(List.of(id), began);
            List<JobObservation> jobs = ((AccountingAnswer.Known) answer).jobs();
            last[0] = jobs.isEmpty() ? null : jobs.getFirst();
            return !jobs.isEmpty() && jobs.getFirst().state() == state;
        });
        return last[0];
    }

    /** A condition that asks Slurm. */
    interface Question {
        boolean holds() throws SlurmUnavailableException, InterruptedException;
    }

    void await(String what, Question question) throws Exception {
        Instant deadline = cluster.clock().now().plus(PATIENCE);
        while (!question.holds()) {
            if (cluster.clock().now().isAfter(deadline)) {
                fail("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            cluster.clock().pause(Duration.ofMillis(500));
        }
    }

    /** A job that changes its state asks to be asked again. */
    void confirmed(Control control) throws Exception {
        await("accepted", () -> {
            ControlResult result = control.ask();
            assertThat(result).isNotInstanceOf(ControlResult.Refused.class);
            return result instanceof ControlResult.Accepted;
        });
    }

    /** A request to cancel or signal. */
    interface Control {
        ControlResult ask() throws InterruptedException;
    }

    boolean contains(Path file, String text) throws InterruptedException {
        try {
            return cluster.read(file).contains(text);
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
