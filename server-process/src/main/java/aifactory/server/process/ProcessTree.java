package aifactory.server.process;

import aifactory.measurement.MonotonicClock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A server with the processes that it has started: inference servers have workers, which hold the GPUs. The server
 * leads a separate session, by which its workers are found when it has ended before them; those that have left the
 * session are found only while the server lives. Used by one thread.
 */
final class ProcessTree {
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

    private final MonotonicClock clock;
    private final Process process;
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();

    ProcessTree(Process process, MonotonicClock clock) {
        this.clock = clock;
        this.process = process;
    }

    /**
     * SIGTERM to the server, which ends its workers; after the grace period SIGKILL to the rest. Whether all have ended
     * then.
     */
    boolean end(Duration grace, Duration killWait) throws InterruptedException {
        remember();
        process.destroy();
        return awaitGone(grace, false) || awaitGone(killWait, true);
    }

    /**
     * After the server has ended without its workers: SIGTERM to them, and SIGKILL after the grace period. Whether all
     * have ended then.
     */
    boolean endWorkers(Duration grace, Duration killWait) throws InterruptedException {
        left().forEach(ProcessHandle::destroy);
        return awaitGone(grace, false) || awaitGone(killWait, true);
    }

    /** Those that have not ended. */
    List<ProcessHandle> left() {
        Stream<ProcessHandle> session = isTakenByAnother()
                ? Stream.empty()
                : NodeProcesses.ofSession(process.pid()).stream().flatMap(pid -> ProcessHandle.of(pid).stream());
        return Stream.of(seen.stream(), Stream.of(process.toHandle()), session)
                .flatMap(handles -> handles)
                .distinct()
                .filter(handle -> handle.isAlive() && NodeProcesses.isRunning(handle.pid()))
                .toList();
    }

    /** Once a session is empty its number may become that of another process. */
    private boolean isTakenByAnother() {
        return !process.isAlive() && NodeProcesses.isRunning(process.pid());
    }

    private void remember() {
        process.descendants().forEach(seen::add);
    }

    private boolean awaitGone(Duration longest, boolean kill) throws InterruptedException {
        long deadlineNanos = clock.nanoTime() + longest.toNanos();
        while (true) {
            remember();
            List<ProcessHandle> left = left();
            if (left.isEmpty() || clock.nanoTime() - deadlineNanos >= 0) {
                return left.isEmpty();
            }
            if (kill) {
                left.forEach(ProcessHandle::destroyForcibly);
            }
            try {
                left.getFirst().onExit().get(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                // Looked at again.
            }
        }
    }
}
