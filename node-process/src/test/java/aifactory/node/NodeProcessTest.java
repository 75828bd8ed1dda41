package aifactory.node;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.node.environment.NodeProblemException;
import aifactory.node.waiting.Signal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the end of the work becomes that of the process. */
class NodeProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Runnable> hooks = new CopyOnWriteArrayList<>();
    private final TerminationHook system = action -> {
        hooks.add(action);
        return () -> hooks.remove(action);
    };

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private int run(NodeProcess.Work work) {
        return NodeProcess.run("test", work, () -> {}, () -> PATIENCE, system);
    }

    @Test
    void theExitCodeIsThatOfTheWorkOrOfWhatBrokeIt() {
        assertThat(run(() -> NodeExitCode.INCOMPLETE)).isEqualTo(NodeExitCode.INCOMPLETE);
        assertThat(run(() -> {
                    throw new NodeProblemException("no secret");
                }))
                .isEqualTo(NodeExitCode.REFUSED);
        assertThat(run(() -> {
                    throw new IllegalStateException("a defect");
                }))
                .isEqualTo(NodeExitCode.INTERNAL_ERROR);
        assertThat(run(() -> {
                    throw new InterruptedException();
                }))
                .isEqualTo(NodeExitCode.TERMINATED);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(hooks).as("taken back after each").isEmpty();
    }

    @Test
    void aSignalEndsTheWorkAndWaitsForIt() throws Exception {
        Signal asked = new Signal();
        Signal mayEnd = new Signal();
        Signal begun = new Signal();
        Future<Integer> exitCode = threads.submit(() -> NodeProcess.run(
                "test",
                () -> {
                    begun.raise();
                    mayEnd.await(PATIENCE);
                    return asked.isRaised() ? NodeExitCode.TERMINATED : NodeExitCode.DONE;
                },
                asked::raise,
                () -> PATIENCE,
                system));
        assertThat(begun.await(PATIENCE)).isTrue();

        Future<?> hook = threads.submit(hooks.getFirst());
        assertThat(asked.await(PATIENCE)).isTrue();
        assertThat(hook.isDone()).as("waits for the work").isFalse();
        mayEnd.raise();

        assertThat(exitCode.get(30, TimeUnit.SECONDS)).isEqualTo(NodeExitCode.TERMINATED);
        hook.get(30, TimeUnit.SECONDS);
    }

    @Test
    void workThatDoesNotEndKeepsTheProcessNoLongerThanIsHadPatienceFor() throws Exception {
        Signal begun = new Signal();
        Signal mayEnd = new Signal();
        Future<Integer> exitCode = threads.submit(() -> NodeProcess.run(
                "test",
                () -> {
                    begun.raise();
                    mayEnd.await(PATIENCE);
                    return NodeExitCode.DONE;
                },
                () -> {},
                () -> Duration.ofMillis(20),
                system));
        assertThat(begun.await(PATIENCE)).isTrue();

        threads.submit(hooks.getFirst()).get(30, TimeUnit.SECONDS);

        assertThat(exitCode.isDone()).isFalse();
        mayEnd.raise();
        assertThat(exitCode.get(30, TimeUnit.SECONDS)).isEqualTo(NodeExitCode.DONE);
    }
}
