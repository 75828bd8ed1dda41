package aifactory.slurm.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import aifactory.slurm.AccountingAnswer;
import aifactory.slurm.ControlResult;
import aifactory.slurm.ExitStatus;
import aifactory.slurm.HostList;
import aifactory.slurm.JobComponent;
import aifactory.slurm.JobDetails;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobSignal;
import aifactory.slurm.JobState;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.NodeGroup;
import aifactory.slurm.Refusal;
import aifactory.slurm.StepUsage;
import aifactory.slurm.TestStart;
import aifactory.slurm.UsageReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every gateway does, by commands or by REST, on a simulated cluster or a real one. */
public abstract class SlurmGatewayContract extends GatewayFixture {
    /** Whether this way of talking to Slurm can ask when a job would start; otherwise it says that it cannot. */
    protected boolean estimatesStarts() {
        return true;
    }

    /** Whether it can signal the steps of a job and not its script; otherwise it refuses to signal. */
    protected boolean signalsSteps() {
        return true;
    }

    /** Whether it can submit a job of several components; otherwise it refuses to. */
    protected boolean startsHeterogeneousJobs() {
        return true;
    }

    @Test
    void aJobIsSeenRunningAndThenCompleted() throws Exception {
        JobSubmission submission = job("runs").nodes(2).script("srun sleep 4");
        JobId id = submit(submission);

        JobObservation running = queued(id, "runs", job -> job.state() == JobState.RUNNING);
        assertThat(running.name()).isEqualTo(submission.name());
        assertThat(running.partition()).isEqualTo("cpu");
        assertThat(running.nodes()).startsWith("node");
        assertThat(running.reason()).isNull();
        assertThat(Objects.requireNonNull(running.startsAt())).isAfter(began);
        assertThat(Objects.requireNonNull(running.submittedAt())).isBeforeOrEqualTo(running.startsAt());

        JobObservation completed = accounted(id, JobState.COMPLETED);
        assertThat(completed.name()).isEqualTo(submission.name());
        assertThat(completed.exit()).isEqualTo(ExitStatus.SUCCESS);
        assertThat(completed.nodes()).isEqualTo(running.nodes());
        assertThat(Objects.requireNonNull(completed.endsAt())).isAfter(completed.startsAt());
    }

    private JobSubmission heterogeneous(String purpose, ContractJobs.Options second) {
        return job(purpose).with(second, "srun --het-group=0,1 sleep 300");
    }

    @Test
    void theComponentsOfAJobAreOneJob() throws Exception {
        ContractJobs.Options second = job("second").nodes(2).partition("gpu").gres("gpu:1");
        if (!startsHeterogeneousJobs()) {
            assertThat(refusal(heterogeneous("het", second)).words()).isNotBlank();
            return;
        }
        assertThat(gateway.obstacleToHeterogeneousJobs()).isEmpty();
        JobId id = submit(heterogeneous("het", second));

        JobObservation running = queued(
                id,
                "runs with its components",
                job -> job.state() == JobState.RUNNING
                        && job.components().size() == 2
                        && job.components().stream().allMatch(component -> component.state() == JobState.RUNNING));
        assertThat(running.components()).extracting(JobComponent::offset).containsExactly(0, 1);
        assertThat(running.components()).extracting(JobComponent::partition).containsExactly("cpu", "gpu");
        assertThat(running.components().get(1).id()).isNotEqualTo(id);
        assertThat(HostList.expand(running.nodes())).hasSize(3);
        assertThat(gateway.queue().stream().filter(job -> job.id().equals(id))).hasSize(1);
        assertThat(gateway.queue())
                .noneMatch(job -> job.id().equals(running.components().get(1).id()));
        assertThat(gateway.details(id).orElseThrow().observation().components()).hasSize(2);
        UsageReport usage = gateway.usage(id, began).orElseThrow();
        assertThat(usage.nodeCount()).isEqualTo(3);

        assertThat(gateway.cancel(id)).isInstanceOf(ControlResult.Accepted.class);
        JobObservation cancelled = accounted(id, JobState.CANCELLED);
        assertThat(HostList.expand(cancelled.nodes())).hasSize(3);
        queued(id, "is over with its components", job -> job.state() == JobState.CANCELLED);
    }

    @Test
    void aComponentThatCannotStartKeepsItsReason() throws Exception {
        if (!startsHeterogeneousJobs()) {
            return;
        }
        Duration limit = Duration.ofMinutes(45);
        JobSubmission submission =
                job("stuck").timeLimit(limit).with(job("limit").timeLimit(limit).qos("gpu"), "sleep 300");
        if (cluster.version().equals("26.05")) {
            assertThat(refusal(submission).words()).contains("Job violates accounting/QOS policy");
            cancelWhatIsLeft("contract-stuck-", "contract-limit-");
            return;
        }
        JobId id = submit(submission);

        JobObservation waiting = queued(
                id,
                "gives a reason",
                job -> job.components().stream()
                        .anyMatch(component -> "QOSMaxWallDurationPerJobLimit".equals(component.reason())));
        assertThat(waiting.state()).isEqualTo(JobState.PENDING);
    }

    /** Slurm may leave a component of a job that it has refused in the queue. */
    private void cancelWhatIsLeft(String... prefixes) throws Exception {
        for (JobObservation job : gateway.queue()) {
            if (Stream.of(prefixes).anyMatch(job.name()::startsWith)) {
                gateway.cancel(job.id());
            }
        }
    }

    @Test
    void anExitCodeIsReported() throws Exception {
        JobId id = submit(job("fails").script("exit 3"));

        assertThat(accounted(id, JobState.FAILED).exit()).isEqualTo(new ExitStatus(3, 0));
        JobDetails details = gateway.details(id).orElseThrow();
        assertThat(details.observation().state()).isEqualTo(JobState.FAILED);
        assertThat(details.observation().exit()).isEqualTo(new ExitStatus(3, 0));
    }

    @Test
    void refusalsAreToldApart() throws Exception {
        assertThat(refusal(job("r").partition("nope").script("exit 0")).kind()).isEqualTo(Refusal.Kind.PARTITION);
        assertThat(refusal(job("r").account("nope").script("exit 0")).kind()).isEqualTo(Refusal.Kind.ACCOUNT);
        assertThat(refusal(job("r").qos("nope").script("exit 0")).kind()).isEqualTo(Refusal.Kind.QOS);
        assertThat(refusal(job("r").gres("fpga:1").script("exit 0")).kind()).isEqualTo(Refusal.Kind.GENERIC_RESOURCE);
        assertThat(refusal(job("r").constraint("nope").script("exit 0")).kind()).isEqualTo(Refusal.Kind.CONSTRAINT);
        assertThat(refusal(job("r").reservation("nope").script("exit 0")).kind())
                .isEqualTo(Refusal.Kind.RESERVATION);
        assertThat(refusal(job("r").nodeList("nope1").script("exit 0")).kind()).isEqualTo(Refusal.Kind.NODE_LIST);
    }

    @Test
    void aRefusalCarriesSlurmsWordsAndARemedy() throws Exception {
        Refusal refusal = refusal(job("words").partition("nope").script("exit 0"));

        assertThat(refusal.words()).contains("Invalid partition name specified");
        assertThat(refusal.remedy()).contains("sinfo");
    }

    @Test
    void aNodeThatIsTooSmallIsNamed() throws Exception {
        Refusal refusal = refusal(job("large").memory("900G").script("exit 0"));

        assertThat(refusal.words()).contains("Requested node configuration is not available");
        assertThat(refusal.kind()).isIn(Refusal.Kind.MEMORY, Refusal.Kind.NODE_COUNT);
    }

    @Test
    void aPolicyThatDeniesIsARefusal() throws Exception {
        Refusal refusal = refusal(
                job("denied").qos("debug").timeLimit(Duration.ofMinutes(30)).script("exit 0"));

        assertThat(refusal.kind()).isIn(Refusal.Kind.TIME_LIMIT, Refusal.Kind.ACCOUNTING_POLICY);
        assertThat(refusal.words()).contains("Job violates accounting/QOS policy");
    }

    @Test
    void aJobThatCanNeverStartShowsItsReason() throws Exception {
        JobId qos = submit(job("qos").qos("gpu").timeLimit(Duration.ofHours(1)).script("exit 0"));
        JobId partition = submit(job("time").timeLimit(Duration.ofDays(99)).script("exit 0"));
        queued(qos, "waits for the QOS", job -> "QOSMaxWallDurationPerJobLimit".equals(job.reason()));
        queued(partition, "waits for the limit", job -> "PartitionTimeLimit".equals(job.reason()));
        JobSubmission manyNodes = job("nodes").nodes(999).script("exit 0");
        if (cluster.version().equals("24.11")) {
            assertThat(refusal(manyNodes).kind()).isEqualTo(Refusal.Kind.NODE_COUNT);
            return;
        }
        JobObservation tooMany = queued(submit(manyNodes), "waits for nodes", job -> job.reason() != null);
        assertThat(tooMany.reason()).isIn("PartitionNodeLimit", "PartitionConfig");
        assertThat(tooMany.state()).isEqualTo(JobState.PENDING);
    }

    @Test
    void aPendingJobIsCancelled() throws Exception {
        JobId id = submit(job("pends").timeLimit(Duration.ofDays(99)).script("exit 0"));
        queued(id, "waits", job -> job.state() == JobState.PENDING);

        assertThat(gateway.cancel(id)).isInstanceOf(ControlResult.Accepted.class);

        queued(id, "is cancelled", job -> job.state() == JobState.CANCELLED);
        assertThat(accounted(id, JobState.CANCELLED).stateWords()).startsWith("CANCELLED");
    }

    @Test
    void aRunningJobIsCancelled() throws Exception {
        JobId id = submit(job("cancelled").script("srun sleep 600"));
        queued(id, "runs", job -> job.state() == JobState.RUNNING);

        confirmed(() -> gateway.cancel(id));

        accounted(id, JobState.CANCELLED);
        assertThat(gateway.cancel(id)).isNotInstanceOf(ControlResult.Refused.class);
    }

    @Test
    void aSignalReachesTheStepsAndNotTheScript() throws Exception {
        Path output = cluster.sharedDirectory().resolve("signal-" + UUID.randomUUID() + ".out");
        JobId id = submit(job("signalled")
                .output(output)
                .script(
                        "srun bash -c 'trap \"echo flushed; exit 0\" TERM; echo ready; sleep 600 & wait'",
                        "echo script continued"));
        queued(id, "runs", job -> job.state() == JobState.RUNNING);
        if (cluster.runsScripts()) {
            await("the task is ready", () -> contains(output, "ready"));
        }

        if (!signalsSteps()) {
            assertThat(gateway.signal(id, JobSignal.TERM))
                    .isInstanceOfSatisfying(
                            ControlResult.Refused.class,
                            refused -> assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.OPTION));
            queued(id, "still runs", job -> job.state() == JobState.RUNNING);
            return;
        }
        confirmed(() -> gateway.signal(id, JobSignal.TERM));

        assertThat(accounted(id, JobState.COMPLETED).exit()).isEqualTo(ExitStatus.SUCCESS);
        if (cluster.runsScripts()) {
            assertThat(cluster.read(output)).contains("flushed").contains("script continued");
        }
    }

    @Test
    void whatIsNotThereIsSaidToBeNotThere() throws Exception {
        JobId nobody = new JobId(3_999_999);

        assertThat(gateway.details(nobody)).isEmpty();
        assertThat(((AccountingAnswer.Known) gateway.accounting(List.of(nobody), began)).jobs())
                .isEmpty();
        assertThat(gateway.usage(nobody, began)).isEmpty();
        assertThat(gateway.cancel(nobody))
                .isInstanceOfAny(ControlResult.Accepted.class, ControlResult.AlreadyEnded.class);
        assertThat(gateway.signal(nobody, JobSignal.TERM)).isInstanceOf(ControlResult.AlreadyEnded.class);
        assertThat(gateway.find("contract-nobody-" + UUID.randomUUID(), began)).isEmpty();
    }

    @Test
    void aNameIsFoundWholeAndOnlyWhole() throws Exception {
        JobSubmission first = job("found").script("srun sleep 600");
        JobId one = submit(first);
        JobId two = submit(first);
        submit(ContractJobs.named(first.name() + "x", cluster.sharedDirectory()).script("srun sleep 600"));

        await("both are found", () -> gateway.find(first.name(), began).size() == 2);
        assertThat(gateway.find(first.name(), began))
                .extracting(JobObservation::id)
                .containsExactlyInAnyOrder(one, two);
    }

    @Test
    void aFinishedJobIsStillFound() throws Exception {
        JobSubmission submission = job("finished").script("exit 0");
        JobId id = submit(submission);
        accounted(id, JobState.COMPLETED);

        assertThat(gateway.find(submission.name(), began))
                .extracting(JobObservation::id)
                .containsExactly(id);
    }

    @Test
    void aSecondJobOfTheSameNameWaitsAsASingleton() throws Exception {
        JobSubmission submission = job("single").singleton().script("srun sleep 600");
        JobId first = submit(submission);
        queued(first, "runs", job -> job.state() == JobState.RUNNING);

        JobId second = submit(submission);

        queued(second, "waits", job -> job.state() == JobState.PENDING && "Dependency".equals(job.reason()));
    }

    @Test
    void detailsHaveSlurmsFields() throws Exception {
        JobSubmission submission = job("details").nodes(2).cpusPerTask(4).script("srun sleep 600");
        JobId id = submit(submission);
        queued(id, "runs", job -> job.state() == JobState.RUNNING);

        JobDetails details = gateway.details(id).orElseThrow();

        assertThat(details.observation().name()).isEqualTo(submission.name());
        assertThat(details.observation().restarts()).isZero();
        assertThat(details.field("NumNodes")).isEqualTo("2");
        assertThat(details.field("TimeLimit")).isEqualTo("00:05:00");
        assertThat(details.field("Partition")).isEqualTo("cpu");
        assertThat(details.field("StdOut")).endsWith(submission.name() + ".out");
        assertThat(details.field("NoSuchField")).isNull();
    }

    @Test
    void nodesAreCountedByPartition() throws Exception {
        List<NodeGroup> groups = gateway.nodes();

        assertThat(groups).extracting(NodeGroup::partition).contains("cpu", "gpu", "dgx");
        List<NodeGroup> cpu =
                groups.stream().filter(group -> group.partition().equals("cpu")).toList();
        assertThat(cpu.stream().mapToInt(NodeGroup::count).sum()).isEqualTo(4);
        assertThat(cpu).allSatisfy(group -> {
            assertThat(group.isDefault()).isTrue();
            assertThat(group.available()).isEqualTo("up");
            assertThat(group.timeLimit()).isEqualTo(Duration.ofDays(1));
            assertThat(group.maximumNodes()).isEqualTo(Integer.MAX_VALUE);
            assertThat(group.cpus()).isEqualTo(32);
            assertThat(group.memoryMegabytes()).isEqualTo(131_072);
            assertThat(group.genericResources()).isEqualTo("gpu:a100:2");
            assertThat(group.features()).contains("dgx_a100", "skylake");
            assertThat(group.nodes()).startsWith("node");
        });
        assertThat(groups.stream().filter(group -> group.partition().equals("dgx")))
                .allSatisfy(group -> assertThat(group.timeLimit()).isEqualTo(Duration.ofHours(2)))
                .allSatisfy(group -> assertThat(group.isDefault()).isFalse());
    }

    @Test
    void usageIsReportedWhileAJobRunsAndAfterwards() throws Exception {
        JobId id = submit(job("usage").nodes(2).cpusPerTask(2).script("srun sleep 25"));
        queued(id, "runs", job -> job.state() == JobState.RUNNING);
        cluster.clock().pause(Duration.ofSeconds(8));

        UsageReport running = gateway.usage(id, began).orElseThrow();
        assertThat(running.state()).isEqualTo(JobState.RUNNING);
        assertThat(running.nodeCount()).isEqualTo(2);
        assertThat(running.cpus()).isEqualTo(4);
        assertThat(running.elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(running.nativeCommands()).isNotEmpty();

        accounted(id, JobState.COMPLETED);
        UsageReport finished = gateway.usage(id, began).orElseThrow();
        assertThat(finished.state()).isEqualTo(JobState.COMPLETED);
        assertThat(finished.elapsed()).isBetween(Duration.ofSeconds(24), Duration.ofSeconds(40));
        assertThat(finished.nodeSeconds()).isEqualTo(2 * finished.elapsed().toSeconds());
        assertThat(finished.steps()).extracting(StepUsage::step).contains("batch", "0");
        assertThat(finished.steps()).filteredOn(step -> step.step().equals("0")).allSatisfy(step -> {
            assertThat(step.maximumResidentBytes()).isPositive();
            assertThat(step.maximumVirtualBytes()).isGreaterThanOrEqualTo(step.maximumResidentBytes());
            assertThat(step.averagePageFaults()).isNotNegative();
        });
    }

    @Test
    void aStartIsEstimatedWithoutSubmitting() throws Exception {
        JobSubmission submission = job("test").script("exit 0");
        if (!estimatesStarts()) {
            assertThat(gateway.testStart(submission)).isInstanceOf(TestStart.Unsupported.class);
            assertThat(gateway.find(submission.name(), began)).isEmpty();
            return;
        }

        switch (gateway.testStart(submission)) {
            case TestStart.Estimated(Instant startsAt, String words) ->
                assertThat(startsAt).isAfter(cluster.clock().now().minusSeconds(5));
            case TestStart.Refused(Refusal refusal) -> fail("refused: " + refusal);
            case TestStart.Unsupported(String words) -> fail("unsupported: " + words);
        }
        assertThat(gateway.testStart(job("test").partition("nope").script("exit 0")))
                .isInstanceOfSatisfying(
                        TestStart.Refused.class,
                        refused -> assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.PARTITION));
        assertThat(gateway.find(submission.name(), began)).isEmpty();
    }

    @Test
    void theVersionIsTheOneThatRuns() throws Exception {
        assertThat(gateway.version().text()).startsWith(cluster.version());
    }

    @Test
    void hostilePathsArriveAsTheyAre() throws Exception {
        Path output = cluster.sharedDirectory().resolve("100% of #1 \"it's\" $HOME %j " + UUID.randomUUID());
        JobId id = submit(job("hostile").output(output).script("echo \"$AIFACTORY_TEST_VARIABLE\"", "echo done"));

        accounted(id, JobState.COMPLETED);
        if (cluster.runsScripts()) {
            await("the output is there", () -> contains(output, "done"));
            assertThat(cluster.read(output)).startsWith("it's \"quoted\" $HOME\n");
        } else {
            assertThat(gateway.details(id).orElseThrow().field("StdOut"))
                    .isEqualTo(output.toString().replace("%", "%%"));
        }
    }
}
