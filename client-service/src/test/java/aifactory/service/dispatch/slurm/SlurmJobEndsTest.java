package aifactory.service.dispatch.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.protocol.GroupRequest;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.JobStatus;
import aifactory.service.dispatch.JobStatus.Phase;
import aifactory.service.dispatch.Requests;
import aifactory.slurm.JobId;
import aifactory.slurm.JobState;
import aifactory.slurm.simulation.ClusterConfiguration;
import aifactory.slurm.simulation.ControllerMode;
import aifactory.slurm.simulation.JobBehaviour;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The dispatcher's reports of jobs that wait, are restarted or end, based only on Slurm's reports. */
final class SlurmJobEndsTest {
    @TempDir
    private Path directory;

    private SimulatedWorld world;

    @BeforeEach
    void open() {
        world = SimulatedWorld.usual(directory);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @EnumSource(JobState.class)
    void everyStateOfSlurmHasItsPlace(JobState state) throws Exception {
        String jobId = world.running(world.order(2));
        if (state == JobState.UNKNOWN) {
            return;
        }
        if (state.isTerminal()) {
            world.slurm.end(JobId.parse(jobId), state, 0);
        } else {
            world.slurm.show(JobId.parse(jobId), state);
        }
        world.settle(3);
        Phase phase = world.status(jobId).phase();
        assertThat(phase.isTerminal()).as(phase.name()).isEqualTo(state.isTerminal());
        if (state.isTerminal()) {
            assertThat(world.status(jobId).reason()).isNotBlank();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NODE_FAIL,FAILED,node",
        "OUT_OF_MEMORY,FAILED,more mem",
        "PREEMPTED,FAILED,preempted",
        "BOOT_FAIL,FAILED,did not start",
        "REVOKED,FAILED,another cluster of the federation",
        "TIMEOUT,EXPIRED,time limit of 10 minutes",
        "DEADLINE,EXPIRED,deadline",
        "CANCELLED,CANCELLED,not by this service",
        "COMPLETED,COMPLETED,every client process has ended"
    })
    void anEndIsExplained(JobState state, Phase phase, String words) throws Exception {
        String jobId = world.running(world.order(2));
        world.slurm.end(JobId.parse(jobId), state, 0);
        world.settle(2);
        assertThat(world.status(jobId).phase()).isEqualTo(phase);
        assertThat(world.status(jobId).reason()).contains(words);
    }

    @Test
    void aScriptThatFailsNamesItsExitCodeAndItsLog() throws Exception {
        String jobId = world.running(world.order(2));
        world.slurm.end(JobId.parse(jobId), JobState.COMPLETED, 78);
        world.settle(2);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.FAILED);
        assertThat(world.status(jobId).reason()).contains("exit code 78").contains("client_dispatcher_7.err");
    }

    @Test
    void theSignalBeforeTheTimeLimitIsTheTimeLimitHoweverEarlyItComes() throws Exception {
        for (Duration early : List.of(Duration.ZERO, Duration.ofSeconds(60))) {
            try (SimulatedWorld other = new SimulatedWorld(
                    directory.resolve(early.toString()),
                    ClusterConfiguration.ofNodes(4).withSignalEarliness(early),
                    SimulatedWorld.site())) {
                String jobId = other.dispatcher().submit(other.order(2)).jobId();
                other.settle();
                other.pass(Duration.ofMinutes(10));
                other.settle();
                JobStatus status = other.status(jobId);
                assertThat(other.job(jobId).state()).isEqualTo(JobState.COMPLETED);
                assertThat(status.phase()).isEqualTo(Phase.EXPIRED);
                assertThat(status.reason()).contains("time limit of 10 minutes");
            }
        }
    }

    @Test
    void whatAGroupCanCountOnEndsBeforeTheSignal() throws Exception {
        JobStatus status = world.status(world.running(world.order(2)));
        assertThat(Duration.between(status.startedAt(), status.endsAt()))
                .isEqualTo(Duration.ofMinutes(10).minusSeconds(90 + 60));
    }

    @ParameterizedTest
    @CsvSource({
        "gpu,,45,its time limit is longer than its QOS allows",
        ",dgx,180,its time limit is longer than its partition allows"
    })
    void aJobThatWillNeverStartIsSaidTo(String qos, String partition, int minutes, String words) throws Exception {
        GroupRequest request = Requests.of(null, partition, qos, null, null, null, null);
        String jobId = world.dispatcher()
                .submit(Orders.withTimeLimit(world.order(7, "token0007", 2, request), Duration.ofMinutes(minutes)))
                .jobId();
        world.settle(5);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.PENDING);
        assertThat(world.status(jobId).reason()).contains("will never start").contains(words);
        assertThat(world.dispatcher().cancelAndConfirm(jobId).phase()).isEqualTo(Phase.CANCELLED);
    }

    @ParameterizedTest
    @CsvSource({
        "Resources,'waits: it is next in the queue, but not enough nodes'",
        "Priority,waits: other jobs",
        "JobHeldUser,scontrol release",
        "AssocGrpCpuLimit,waits: with it",
        "QOSMaxCpuPerJobLimit,will never start",
        "SomethingNew,look the reason up"
    })
    void aReasonToWaitIsExplained(String reason, String words) throws Exception {
        String jobId = world.dispatcher().submit(world.order(2)).jobId();
        world.slurm.pend(JobId.parse(jobId), reason);
        world.settle(2);
        assertThat(world.status(jobId).reason()).contains(words).contains(reason);
    }

    @Test
    void aJobThatIsPutBackIntoTheQueueBeginsAnew() throws Exception {
        String jobId = world.running(world.order(2));
        world.slurm.requeue(JobId.parse(jobId));
        world.dispatcher().poll();
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.PENDING);
        assertThat(world.status(jobId).restarts()).isEqualTo(1);
        assertThat(world.status(jobId).startedAt()).isNull();
        world.settle(10);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.RUNNING);
        assertThat(world.status(jobId).endedProcesses()).isEmpty();
    }

    @Test
    void theLastNodeTakesTheJobWithIt() throws Exception {
        String jobId = world.running(world.order(2));
        for (String node : world.job(jobId).nodes()) {
            world.slurm.failNode(node);
        }
        world.settle(2);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.FAILED);
        assertThat(world.status(jobId).reason()).contains("NODE_FAIL");
    }

    @ParameterizedTest
    @EnumSource(value = ControllerMode.class, names = "UP", mode = EnumSource.Mode.EXCLUDE)
    void aControllerThatDoesNotAnswerEndsNothing(ControllerMode mode) throws Exception {
        String jobId = world.running(world.order(2));
        world.slurm.controller(mode);
        // A slow controller takes a minute of the job's time for each question.
        world.settle(5);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.RUNNING);
        assertThat(world.status(jobId).stale()).isTrue();
        assertThat(world.status(jobId).reason()).contains("nothing newer is known");
        world.slurm.controller(ControllerMode.UP);
        world.settle(2);
        assertThat(world.status(jobId).stale()).isFalse();
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aJobThatEndedWhileTheControllerWasAwayIsFoundInTheAccounts() throws Exception {
        String jobId = world.running(world.order(2));
        world.slurm.controller(ControllerMode.DOWN);
        world.slurm.runOutOfMemory(JobId.parse(jobId));
        world.pass(Duration.ofMinutes(30));
        world.dispatcher().poll();
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.RUNNING);
        world.slurm.controller(ControllerMode.UP);
        world.settle(2);
        assertThat(world.status(jobId).phase()).isEqualTo(Phase.FAILED);
        assertThat(world.status(jobId).reason()).contains("OUT_OF_MEMORY");
    }

    @Test
    void aJobThatNobodyRemembersHasEndedNobodyKnowsHow() throws Exception {
        try (SimulatedWorld forgetful = new SimulatedWorld(
                directory.resolve("forgetful"),
                ClusterConfiguration.ofNodes(4).withoutAccounting(),
                SimulatedWorld.site())) {
            String jobId = forgetful.dispatcher().submit(forgetful.order(2)).jobId();
            forgetful.settle();
            forgetful.pass(Duration.ofMinutes(2));
            forgetful.slurm.loseState();
            forgetful.settle(10);
            JobStatus status = forgetful.status(jobId);
            assertThat(status.phase()).isEqualTo(Phase.FAILED);
            assertThat(status.reason()).contains("unknown result");
        }
    }

    @Test
    void clientsThatDoNotHearAreCancelled() throws Exception {
        world.slurm.behave(job -> new JobBehaviour(Duration.ofDays(1), 0, JobBehaviour.OnTerm.IGNORE, Duration.ZERO));
        String jobId = world.running(world.order(2));
        assertThat(world.dispatcher().awaitEnd(jobId, Duration.ofSeconds(10))).isFalse();
        assertThat(world.dispatcher().cancelAndConfirm(jobId).phase()).isEqualTo(Phase.CANCELLED);
        assertThat(world.job(jobId).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void aJobThatIsChangingIsAskedAgain() throws Exception {
        String jobId = world.running(world.order(2));
        world.slurm.answerBusy(JobId.parse(jobId), 3);
        assertThat(world.dispatcher().cancelAndConfirm(jobId).phase().isTerminal())
                .isTrue();
    }

    @Test
    void whatCannotBeConfirmedIsNotSaidToBeGone() throws Exception {
        String jobId = world.running(world.order(2));
        world.slurm.controller(ControllerMode.DOWN);
        assertThatThrownBy(() -> world.dispatcher().cancelAndConfirm(jobId))
                .isInstanceOf(DispatchUnavailableException.class)
                .hasMessageContaining("scancel " + jobId);
        world.slurm.controller(ControllerMode.UP);
        assertThat(world.dispatcher().cancelAndConfirm(jobId).phase().isTerminal())
                .isTrue();
    }
}
