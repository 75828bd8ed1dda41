package aifactory.service.http;

import aifactory.measurement.MonotonicClock;
import aifactory.service.UncaughtErrors;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections whose request header or TLS handshake is incomplete for too long. Jetty's idle timeout restarts
 * with each byte, so a peer that sends one byte now and then could hold a connection for days. The limit is shorter
 * while more than half of the permitted connections are open. Thread-safe.
 */
final class RequestHeaderTimeout extends AbstractLifeCycle implements Connection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHeaderTimeout.class);
    /** A header that is sent at once needs two or three round trips, with TLS. */
    private static final Duration LONGEST_WHEN_CROWDED = Duration.ofSeconds(5);

    private static final long ROUND_MILLIS = 1_000;

    private final ServerConnector connector;
    private final MonotonicClock clock;
    private final Duration longest;
    private final int crowded;
    private final Map<Connection, Progress> connections = new ConcurrentHashMap<>();
    private volatile Scheduler.@Nullable Task next;

    /** The state of a connection at the last check. Used by the scheduler's thread only. */
    private static final class Progress {
        private long requests;
        private long bytes;
        private boolean isIncomplete;
        private long incompleteSinceNanos;
    }

    /**
     * @param longest time from the first byte of a header to its end
     * @param mostConnections the number of connections that may be open at the same time
     */
    RequestHeaderTimeout(ServerConnector connector, MonotonicClock clock, Duration longest, int mostConnections) {
        this.connector = connector;
        this.clock = clock;
        this.longest = longest;
        this.crowded = mostConnections / 2;
    }

    @Override
    public void onOpened(Connection connection) {
        // With TLS, the outer connection is checked: it counts the bytes that were received.
        if (!(connection.getEndPoint() instanceof SslConnection.SslEndPoint)) {
            connections.put(connection, new Progress());
        }
    }

    @Override
    public void onClosed(Connection connection) {
        connections.remove(connection);
    }

    @Override
    protected void doStart() {
        scheduleNext();
    }

    @Override
    protected void doStop() {
        Scheduler.Task task = next;
        if (task != null) {
            task.cancel();
        }
        connections.clear();
    }

    private void scheduleNext() {
        next = connector.getScheduler().schedule(this::checkAll, ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void checkAll() {
        if (!isRunning()) {
            return;
        }
        try {
            closeOverdue();
        } catch (Error e) {
            // Jetty's scheduler discards it.
            UncaughtErrors.tell(e);
            throw e;
        } finally {
            scheduleNext();
        }
    }

    /** Checks every connection once. Called by the scheduler's thread. */
    void closeOverdue() {
        long now = clock.nanoTime();
        Duration most = connections.size() > crowded && longest.compareTo(LONGEST_WHEN_CROWDED) > 0
                ? LONGEST_WHEN_CROWDED
                : longest;
        int closed = 0;
        for (Map.Entry<Connection, Progress> entry : connections.entrySet()) {
            Connection connection = entry.getKey();
            if (isOverdue(connection, entry.getValue(), now, most.toNanos())) {
                closed++;
                connection.getEndPoint().close();
            }
        }
        if (closed > 0) {
            LOG.warn("{} connections closed that sent no whole request header within {} s", closed, most.toSeconds());
        }
    }

    private static boolean isOverdue(Connection connection, Progress progress, long now, long mostNanos) {
        Connection http =
                connection instanceof SslConnection ssl ? ssl.getSslEndPoint().getConnection() : connection;
        if (http == null) {
            return false;
        }
        long requests = http.getMessagesIn();
        long bytes = connection.getBytesIn();
        boolean isAnswering = requests > http.getMessagesOut();
        if (isAnswering || requests != progress.requests || bytes == progress.bytes) {
            progress.requests = requests;
            progress.bytes = bytes;
            progress.isIncomplete = false;
        } else if (!progress.isIncomplete) {
            progress.isIncomplete = true;
            progress.incompleteSinceNanos = now;
        }
        return progress.isIncomplete && now - progress.incompleteSinceNanos > mostNanos;
    }
}
