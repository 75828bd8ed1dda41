package aifactory.client.testing;

import aifactory.client.progress.LogContext;
import aifactory.client.progress.ProcessContext;
import aifactory.client.waiting.BackoffPolicy;
import aifactory.client.waiting.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.SplittableRandom;

/** Surroundings for single parts of the process. */
public final class Contexts {
    public static final Duration BACKOFF_BASE = Duration.ofMillis(500);
    public static final Duration BACKOFF_CAP = Duration.ofSeconds(15);

    private Contexts() {}

    /** Benchmark 1 in time that passes only by sleeping. */
    public static ProcessContext virtual(FakeTime time, long seed) {
        return new ProcessContext(
                time,
                time,
                new BackoffPolicy(BACKOFF_BASE, BACKOFF_CAP, new SplittableRandom(seed)),
                new Ending(),
                new LogContext(1));
    }

    /** An address on loopback without a listener. */
    public static URI deadAddress() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
