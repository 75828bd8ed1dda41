package aifactory.slurm.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.slurm.JobId;
import aifactory.slurm.JobOptions;
import aifactory.slurm.JobState;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SubmissionResult;
import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.simulation.FakeSlurm;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobDoctorTest {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    private final FakeSlurm slurm = FakeSlurm.ofNodes(4);
    private final SlurmGateway gateway =
            new CommandLineSlurmGateway(slurm.commands(), SlurmEnvironment.from(Map.of("PATH", "/bin"), List.of()));
    private final JobDoctor doctor = new JobDoctor(gateway);

    private JobId submit(int nodes, Duration limit, @Nullable String qos, String script) throws Exception {
        JobOptions options = new JobOptions(
                "benchmark-client-1-x",
                Path.of("/shared/out"),
                Path.of("/shared/err"),
                Path.of("/shared"),
                nodes,
                1,
                4,
                "8G",
                limit,
                "cpu",
                qos,
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                false,
                List.of());
        SubmissionResult result = gateway.submit(new JobSubmission(options, "#!/bin/sh\n" + script + "\n", Map.of()));
        slurm.clock().advance(Duration.ofSeconds(3));
        return ((SubmissionResult.Submitted) result).id();
    }

    private JobId running() throws Exception {
        return submit(1, FIVE_MINUTES, null, "srun sleep 60");
    }

    private JobDiagnosis diagnose(JobId id) throws Exception {
        return doctor.diagnose(id, Instant.EPOCH).orElseThrow();
    }

    private void assertDiagnosed(JobId id, Verdict verdict, String cause, String remedy) throws Exception {
        JobDiagnosis diagnosis = diagnose(id);
        assertThat(diagnosis.explanation().verdict()).as(diagnosis.toString()).isEqualTo(verdict);
        assertThat(diagnosis.explanation().cause()).containsIgnoringCase(cause);
        assertThat(diagnosis.explanation().remedy()).containsIgnoringCase(remedy);
        assertThat(diagnosis.nativeCommands()).isNotEmpty();
    }

    @Test
    void aTimeLimitBeyondThePartitionIsNamedWithThePartitionsOwn() throws Exception {
        JobId id = submit(1, Duration.ofDays(2), null, "exit 0");

        assertDiagnosed(
                id,
                Verdict.BLOCKED,
                "time limit of 2-00:00:00 is longer than partition 'cpu' allows (1440 min)",
                "1440");
    }

    @Test
    void aTimeLimitBeyondTheQosBlocks() throws Exception {
        JobId id = submit(1, Duration.ofHours(1), "gpu", "exit 0");

        assertDiagnosed(id, Verdict.BLOCKED, "longer than QOS 'gpu' allows", "--time-limit");
    }

    @Test
    void moreNodesThanThereAreAreCounted() throws Exception {
        assertDiagnosed(
                submit(9, FIVE_MINUTES, null, "exit 0"),
                Verdict.BLOCKED,
                "9 nodes, more than partition 'cpu' has (4)",
                "fewer");
    }

    @Test
    void busyNodesAreWaitedFor() throws Exception {
        submit(3, FIVE_MINUTES, null, "srun sleep 60");
        JobId next = submit(2, FIVE_MINUTES, null, "exit 0");
        JobId behind = submit(1, FIVE_MINUTES, null, "exit 0");

        assertDiagnosed(next, Verdict.WAITING, "3 allocated, 1 idle", "wait");
        assertDiagnosed(behind, Verdict.WAITING, "other jobs", "wait");
        assertThat(diagnose(next).facts()).anyMatch(fact -> fact.contains("1 idle"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Dependency | WAITING | waits for another job",
                "DependencyNeverSatisfied | BLOCKED | did not end as its dependency requires",
                "ReqNodeNotAvail, UnavailableNodes:node003 | BLOCKED | node003",
                "Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions | BLOCKED | down, drained or reserved",
                "BadConstraints | BLOCKED | no node of partition 'cpu' can have 4 CPUs, 8G memory",
                "JobHeldUser | BLOCKED | held by its owner",
                "JobHeldAdmin | BLOCKED | administrator",
                "launch failed requeued held | FAILED | could not start it",
                "job requeued in held state | BLOCKED | is held",
                "QOSGrpCpuLimit | WAITING | number of CPUs that QOS 'normal' allows all jobs under it together",
                "QOSGrpGRES | WAITING | number of GPUs",
                "QOSMaxJobsPerUserLimit | WAITING | number of running jobs that QOS 'normal' allows the jobs of one user",
                "QOSMaxNodePerJobLimit | BLOCKED | more than the number of nodes that QOS 'normal' allows one job",
                "QOSMaxSubmitJobPerUserLimit | WAITING | number of jobs in the queue",
                "QOSMinGRES | BLOCKED | less than the smallest",
                "AssocGrpCPUMinutesLimit | WAITING | CPU minutes that account 'ai-factory' allows",
                "AssocMaxJobsLimit | WAITING | number of running jobs that account 'ai-factory'",
                "AssocGrpNodeLimit | WAITING | number of nodes",
                "AssociationJobLimit | WAITING | a limit of account 'ai-factory' is reached",
                "PartitionDown | BLOCKED | closed",
                "InvalidQOS | BLOCKED | QOS 'normal' may not be used",
                "InvalidAccount | BLOCKED | account 'ai-factory' may not be used",
                "BeginTime | WAITING | requeued",
                "SomethingNew | UNCERTAIN | Slurm says 'SomethingNew'",
            })
    void everyReasonHasWords(String reason, Verdict verdict, String cause) throws Exception {
        JobId filler = submit(4, FIVE_MINUTES, null, "srun sleep 60");
        JobId id = submit(1, FIVE_MINUTES, null, "exit 0");
        assertThat(slurm.job(filler).state()).isEqualTo(JobState.RUNNING);
        slurm.pend(id, reason);

        assertDiagnosed(id, verdict, cause, "");
    }

    @Test
    void anEndIsExplained() throws Exception {
        assertDiagnosed(submit(1, FIVE_MINUTES, null, "exit 7"), Verdict.FAILED, "exit code 7", "aifactory logs");
        assertDiagnosed(submit(1, FIVE_MINUTES, null, "exit 127"), Verdict.FAILED, "did not find", "install");
        assertDiagnosed(
                submit(1, FIVE_MINUTES, null, "exit 4"),
                Verdict.FAILED,
                "could not reach the Client Service",
                "--from-node");
        assertDiagnosed(submit(1, FIVE_MINUTES, null, "exit 137"), Verdict.FAILED, "SIGKILL", "raise mem");
        assertDiagnosed(submit(1, FIVE_MINUTES, null, "exit 0"), Verdict.FINE, "it completed", "no action");
    }

    @Test
    void whatHappenedToARunningJobIsExplained() throws Exception {
        JobId memory = running();
        slurm.runOutOfMemory(memory);
        JobId node = running();
        slurm.failNode(slurm.job(node).nodes().getFirst());
        JobId preempted = running();
        slurm.preempt(preempted);
        JobId cancelled = running();
        gateway.cancel(cancelled);
        JobId late = submit(1, Duration.ofMinutes(1), null, "srun sleep 600");
        slurm.clock().advance(Duration.ofMinutes(2));

        assertDiagnosed(memory, Verdict.FAILED, "more memory", "raise mem");
        assertDiagnosed(node, Verdict.FAILED, "a node of the job failed", "sinfo -R");
        assertDiagnosed(preempted, Verdict.FAILED, "higher priority", "QOS");
        assertDiagnosed(cancelled, Verdict.FINE, "cancelled by user 2001", "deleting");
        assertDiagnosed(late, Verdict.FAILED, "reached its time limit of 00:01:00", "--time-limit");
    }

    @Test
    void anEndThatTheControllerHasForgottenIsExplainedFromAccounting() throws Exception {
        JobId id = submit(1, FIVE_MINUTES, null, "exit 3");
        slurm.clock().advance(Duration.ofHours(1));

        assertDiagnosed(id, Verdict.FAILED, "exit code 3", "logs");
        assertThat(diagnose(id).facts()).anyMatch(fact -> fact.contains("accounting database"));
    }

    @Test
    void aJobThatRunsIsFineAndOneThatNeverWasIsNotFound() throws Exception {
        assertDiagnosed(running(), Verdict.FINE, "it runs on node001", "no action");
        assertThat(doctor.diagnose(new JobId(4711), Instant.EPOCH)).isEmpty();
    }

    @Test
    void restartsAreTold() throws Exception {
        JobId id = running();
        slurm.requeue(id);

        assertThat(diagnose(id).facts()).anyMatch(fact -> fact.contains("requeued 1 time"));
    }
}
