package aifactory.server.process;

import aifactory.measurement.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server with the processes that it has started: inference servers have workers, which hold the GPUs. Used by one thread. */
final class ProcessTree {
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

    private final MonotonicClock clock;
    private final Process process;
    private final List<ProcessHandle> descendants;

    ProcessTree(Process process, MonotonicClock clock) {
        this.clock = clock;
        this.process = process;
        // Once the server has ended nobody knows whose its workers were.
        this.descendants = process.descendants().toList();
    }

    /** SIGTERM to the server; after the grace SIGKILL to whatever is left. Whether all are gone then. */
    boolean end(Duration grace, Duration killWait) throws InterruptedException {
        process.destroy();
        if (awaitGone(grace)) {
            return true;
        }
        left().forEach(ProcessHandle::destroyForcibly);
        return awaitGone(killWait);
    }

    private List<ProcessHandle> left() {
        List<ProcessHandle> left = new ArrayList<>(descendants);
        left.add(process.toHandle());
        left.removeIf(handle -> !handle.isAlive());
        return left;
    }

    private boolean awaitGone(Duration longest) throws InterruptedException {
        long deadlineNanos = clock.nanoTime() + longest.toNanos();
        List<ProcessHandle> left = left();
        while (!left.isEmpty() && clock.nanoTime() - deadlineNanos < 0) {
            try {
                left.getFirst().onExit().get(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                // Looked at again below.
            }
            left = left();
        }
        return left.isEmpty();
    }
}
