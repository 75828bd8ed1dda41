package aifactory.server.readiness;

import aifactory.node.waiting.Signal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks repeatedly whether a server is ready, on a separate thread: a server may take minutes for an answer, and the
 * thread that monitors it has other work meanwhile. Its results may be read from any thread.
 */
public final class ReadinessWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final ReadinessProbe probe;
    private final Thread thread;
    private final Signal closed = new Signal();
    private volatile boolean ready;
    private volatile @Nullable RuntimeException defect;

    /** @param probe is closed with this */
    public ReadinessWatch(ReadinessProbe probe) {
        this.probe = probe;
        this.thread = Thread.ofPlatform().daemon().name("readiness").unstarted(this::look);
    }

    /** Begins to look. */
    public void start() {
        thread.start();
    }

    /** @throws RuntimeException that ended the looking */
    public boolean isReady() {
        RuntimeException known = defect;
        if (known != null) {
            throw known;
        }
        return ready;
    }

    /** Whether the server answers its health check at all. */
    public boolean isHealthy() {
        return probe.isHealthy();
    }

    /** A description of what it still waits for. */
    public String waitsFor() {
        return probe.waitsFor();
    }

    private void look() {
        try {
            Optional<String> missing = probe.look();
            while (missing.isPresent() && !closed.await(PAUSE)) {
                missing = probe.look();
            }
            ready = missing.isEmpty();
        } catch (InterruptedException e) {
            // Closed.
        } catch (RuntimeException e) {
            defect = e;
        }
    }

    /** Gives up and abandons a pending request. */
    @Override
    public void close() {
        closed.raise();
        thread.interrupt();
        probe.close();
    }
}
