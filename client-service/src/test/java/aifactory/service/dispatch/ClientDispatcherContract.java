package aifactory.service.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import aifactory.protocol.GroupRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every dispatcher does, with processes of this machine or with the jobs of a cluster. */
public abstract class ClientDispatcherContract {
    /** Of rounds, each of which settles; far more than any dispatcher needs. */
    private static final int MOST_ROUNDS = 3_000;

    private static final List<String> HOSTILE = List.of(
            "x; touch pwned",
            "$(touch pwned)",
            "`touch pwned`",
            "x\ntouch pwned",
            "x'\"; touch pwned #",
            "--wrap=touch pwned",
            "x\u0000y",
            "../../etc");

    @TempDir
    private Path directory;

    private DispatcherUnderTest world;
    private final List<String> submitted = new ArrayList<>();

    /** Opens a world without any job. */
    protected abstract DispatcherUnderTest open(Path directory) throws Exception;

    @BeforeEach
    void openWorld() throws Exception {
        world = open(directory);
    }

    @AfterEach
    void leaveNothingRunning() throws Exception {
        try {
            for (String jobId : submitted) {
                if (world.dispatcher().states(List.of(jobId)).containsKey(jobId)) {
                    world.dispatcher().cancelAndConfirm(jobId);
                }
            }
        } finally {
            world.close();
        }
    }

    private DispatchedJob submit(DispatchOrder order) throws Exception {
        DispatchedJob job = world.dispatcher().submit(order);
        submitted.add(job.jobId());
        return job;
    }

    private JobStatus running(DispatchedJob job) throws Exception {
        return await(job.jobId(), status -> status.phase() == JobStatus.Phase.RUNNING);
    }

    private JobStatus await(String jobId, Predicate<JobStatus> condition) throws Exception {
        JobStatus last = null;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            last = world.dispatcher().states(List.of(jobId)).get(jobId);
            if (last != null && condition.test(last)) {
                return last;
            }
            world.settle();
            LockSupport.parkNanos(1_000_000);
        }
        return fail("job " + jobId + " stays " + last);
    }

    private List<Path> logs() throws Exception {
        if (!Files.exists(world.logDirectory())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(world.logDirectory())) {
            return files.toList();
        }
    }

    @Test
    void aSubmittedJobRunsAndItsLogsAreThere() throws Exception {
        DispatchedJob job = submit(world.order(7, "token0007", 3, Requests.plain()));
        JobStatus status = running(job);
        assertThat(status.startedAt()).isNotNull();
        assertThat(status.endsAt()).isAfter(status.startedAt());
        assertThat(status.endedProcesses()).isEmpty();
        assertThat(status.stale()).isFalse();
        assertThat(job.logPaths())
                .hasSize(2)
                .allSatisfy(path -> assertThat(Path.of(path)).exists());
    }

    @Test
    void aJobThatNobodySubmittedIsMissing() throws Exception {
        assertThat(world.dispatcher().states(List.of("4711", "local-nobody", "", "; rm")))
                .isEmpty();
    }

    @Test
    void aCancelledJobIsGoneWhenThatIsSaid() throws Exception {
        DispatchedJob job = submit(world.order(7, "token0007", 2, Requests.plain()));
        running(job);
        assertThat(world.dispatcher().cancelAndConfirm(job.jobId()).phase().isTerminal())
                .isTrue();
        assertThat(await(job.jobId(), status -> true).phase().isTerminal()).isTrue();
    }

    @Test
    void aJobThatEndsByItselfIsWaitedFor() throws Exception {
        DispatchedJob job = submit(world.order(7, "token0007", 2, Requests.plain()));
        running(job);
        world.endProcesses(job.jobId());
        assertThat(world.dispatcher().awaitEnd(job.jobId(), Duration.ofSeconds(30)))
                .isTrue();
        JobStatus status = await(job.jobId(), seen -> seen.phase().isTerminal());
        assertThat(status.phase()).isEqualTo(JobStatus.Phase.COMPLETED);
        assertThat(status.reason()).contains("every client process has ended");
    }

    @Test
    void aProcessThatIsGoneIsNamedWhileTheJobGoesOn() throws Exception {
        DispatchedJob job = submit(world.order(7, "token0007", 3, Requests.plain()));
        running(job);
        world.loseProcess(job.jobId(), 1);
        JobStatus status = await(job.jobId(), seen -> !seen.endedProcesses().isEmpty());
        assertThat(status.endedProcesses()).containsExactly(1);
        assertThat(status.phase()).isEqualTo(JobStatus.Phase.RUNNING);
    }

    @Test
    void aTimeLimitEndsAJobAndIsSaidToHave() throws Exception {
        DispatchedJob job = submit(world.order(7, "token0007", 2, Requests.plain()));
        running(job);
        world.pass(Duration.ofMinutes(10));
        JobStatus status = await(job.jobId(), seen -> seen.phase().isTerminal());
        assertThat(status.phase()).isEqualTo(JobStatus.Phase.EXPIRED);
        assertThat(status.reason()).contains("time limit");
    }

    @Test
    void theNextLifeFindsAJobByItsToken() throws Exception {
        DispatchOrder order = world.order(7, "token0007", 2, Requests.plain());
        DispatchedJob job = submit(order);
        running(job);
        world.restart();
        Optional<DispatchedJob> found = world.dispatcher().adopt(order);
        assertThat(found).contains(job);
        running(job);
    }

    @Test
    void theNextLifeTakesUpAJobThatItKnows() throws Exception {
        DispatchOrder order = world.order(7, "token0007", 2, Requests.plain());
        DispatchedJob job = submit(order);
        world.restart();
        assertThat(world.dispatcher().adopt(withJob(order, job.jobId()))).contains(job);
        running(job);
    }

    @Test
    void aJobThatNeverCameAboutIsSaidToBeNone() throws Exception {
        assertThat(world.dispatcher().adopt(world.order(7, "token0007", 2, Requests.plain())))
                .isEmpty();
    }

    @Test
    void aJobOfAnotherDispatcherIsNotTakenForGone() throws Exception {
        DispatchOrder order = withJob(world.order(7, "token0007", 2, Requests.plain()), "elsewhere-1");
        try {
            world.dispatcher().adopt(order);
            fail("adopted");
        } catch (DispatchUnavailableException e) {
            assertThat(e).hasMessageContaining("elsewhere-1").hasMessageContaining("dispatcher");
        }
    }

    @Test
    void aForgottenJobIsMissing() throws Exception {
        DispatchedJob job = submit(world.order(7, "token0007", 1, Requests.plain()));
        running(job);
        world.endProcesses(job.jobId());
        await(job.jobId(), seen -> seen.phase().isTerminal());
        world.dispatcher().forget(job.jobId());
        assertThat(world.dispatcher().states(List.of(job.jobId()))).isEmpty();
    }

    @Test
    void oneJobsEndIsNotForgottenWhileAnotherIsAskedFor() throws Exception {
        DispatchedJob first = submit(world.order(7, "token0007", 1, Requests.plain()));
        DispatchedJob second = submit(world.order(8, "token0008", 1, Requests.plain()));
        running(first);
        running(second);
        world.endProcesses(first.jobId());
        await(first.jobId(), seen -> seen.phase().isTerminal());
        assertThat(world.dispatcher().states(List.of(second.jobId()))).containsKey(second.jobId());
        assertThat(world.dispatcher().states(List.of(first.jobId()))).containsKey(first.jobId());
    }

    @Test
    void anIdThatIsUsedAgainOverwritesNoLog() throws Exception {
        DispatchedJob first = submit(world.order(7, "token0007", 1, Requests.plain()));
        DispatchedJob second = submit(world.order(7, "token0017", 1, Requests.plain()));
        assertThat(second.logPaths()).doesNotContainAnyElementsOf(first.logPaths());
        assertThat(second.jobId()).isNotEqualTo(first.jobId());
    }

    @Test
    void aPreviewStartsNothing() throws Exception {
        String preview = world.dispatcher().preview(world.order(7, "token0007", 2, Requests.plain()));
        assertThat(preview).contains("--benchmark-id").contains("http://login:8001");
        assertThat(logs()).isEmpty();
    }

    @Test
    void hostileValuesAreRefusedByNameOrMeanNothing() throws Exception {
        for (String value : HOSTILE) {
            for (GroupRequest request : List.of(
                    Requests.of(value, null, null, null, null, null, null),
                    Requests.of(null, value, null, null, null, null, null),
                    Requests.of(null, null, value, null, null, null, null),
                    Requests.of(null, null, null, value, null, null, null),
                    Requests.of(null, null, null, null, value, null, null),
                    Requests.of(null, null, null, null, null, null, value))) {
                hostile(request, value);
            }
        }
        assertThat(Path.of("pwned")).doesNotExist();
        assertThat(world.logDirectory().resolve("pwned")).doesNotExist();
    }

    private void hostile(GroupRequest request, String value) throws Exception {
        int before = logs().size();
        DispatchedJob job;
        try {
            job = world.dispatcher().submit(world.order(7, "token0007", 1, request));
        } catch (InvalidOrderException e) {
            assertThat(e.field()).as(value).isIn("profile", "partition", "qos", "account", "container", "template");
            assertThat(String.valueOf(e.getMessage()).lines()).as(value).hasSize(1);
            assertThat(logs()).as(value).hasSize(before);
            return;
        }
        assertThat(world.dispatcher().cancelAndConfirm(job.jobId()).phase().isTerminal())
                .isTrue();
        world.dispatcher().forget(job.jobId());
    }

    private static DispatchOrder withJob(DispatchOrder order, String jobId) {
        return new DispatchOrder(
                order.benchmarkId(),
                order.token(),
                jobId,
                order.createdAt(),
                order.numClients(),
                order.timeLimit(),
                order.request(),
                order.clientServiceAddress(),
                order.aiServers(),
                order.server(),
                order.secretFile(),
                order.logDirectory());
    }
}
