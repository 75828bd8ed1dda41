package aifactory.engine.loop;

import aifactory.measurement.MonotonicClock;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to the AI servers. Idle ones are used again, the last used first; only so many are opened at
 * the same time, the others wait their turn.
 *
 * <p>Belongs to its event loop.
 */
final class ConnectionPool {
    private static final int MOST_FAILED_REUSES = 3;

    private final LoadLoop loop;
    private final Connector connector;
    private final LoadTargets targets;
    private final MonotonicClock clock;
    private final int maximumConnecting;
    private final int maximumConnections;
    private final List<ArrayDeque<StreamConnection>> idle = new ArrayList<>();
    private final ArrayDeque<StreamConnection> waiting = new ArrayDeque<>();
    private final Set<StreamConnection> all = new HashSet<>();
    /** By target: how many connections in a row were found closed when they were used again. */
    private final int[] failedReuses;

    private final boolean[] keepsConnections;

    private int connecting;
    private boolean closed;

    ConnectionPool(
            LoadLoop loop,
            Connector connector,
            LoadTargets targets,
            MonotonicClock clock,
            int maximumConnecting,
            int maximumConnections) {
        this.loop = loop;
        this.connector = connector;
        this.targets = targets;
        this.clock = clock;
        this.maximumConnecting = maximumConnecting;
        this.maximumConnections = maximumConnections;
        this.failedReuses = new int[targets.size()];
        this.keepsConnections = new boolean[targets.size()];
        for (int i = 0; i < targets.size(); i++) {
            idle.add(new ArrayDeque<>());
        }
    }

    /** Sends the request on an idle connection, or on a new one as soon as that is open. */
    void send(ActiveRequest request, long nowNanos) {
        StreamConnection connection = idleOf(request.request().target());
        if (connection != null) {
            connection.reuse(request, nowNanos);
        } else {
            sendOnNewConnection(request);
        }
    }

    /** An idle connection that the server has not closed; those that it has are forgotten. Null when there is none. */
    private @Nullable StreamConnection idleOf(int target) {
        ArrayDeque<StreamConnection> ofTarget = idle.get(target);
        StreamConnection connection = ofTarget.pollFirst();
        while (connection != null && connection.hasEndedIdle()) {
            forget(connection);
            connection.close();
            connection = ofTarget.pollFirst();
        }
        return connection;
    }

    void sendOnNewConnection(ActiveRequest request) {
        StreamConnection connection =
                new StreamConnection(loop, request.request().target());
        connection.reserve(request);
        all.add(connection);
        if (connecting < maximumConnecting) {
            open(connection);
        } else {
            waiting.addLast(connection);
        }
    }

    private void open(StreamConnection connection) {
        LoadTarget target = targets.get(connection.target());
        if (target.address() == null) {
            failLater(connection, new UnknownHostException(target.name()));
            return;
        }
        if (size() > maximumConnections) {
            failLater(connection, new NoFileLeftException());
            return;
        }
        connecting++;
        long beganNanos = clock.nanoTime();
        connector.connect(
                connection,
                target.address(),
                target.security(),
                wire -> {
                    connecting--;
                    connection.opened(wire, clock.nanoTime() - beganNanos, loop.nanosSinceStart());
                    openNext();
                },
                failure -> {
                    connecting--;
                    connection.failedToOpen(failure);
                    openNext();
                });
    }

    /** Not at once: the slot that is freed takes up the next request, which fails the same way, and so on. */
    private void failLater(StreamConnection connection, IOException cause) {
        loop.eventLoop().execute(() -> connection.failedToOpen(cause));
    }

    private void openNext() {
        while (!closed && connecting < maximumConnecting) {
            StreamConnection next = waiting.pollFirst();
            if (next == null) {
                return;
            }
            if (all.contains(next)) {
                open(next);
            }
        }
    }

    /** The connection may be used again. */
    void release(StreamConnection connection) {
        if (closed || failedReuses[connection.target()] >= MOST_FAILED_REUSES) {
            forget(connection);
            connection.close();
        } else {
            idle.get(connection.target()).addFirst(connection);
        }
    }

    /** The server does keep connections open. */
    void reuseWorked(int target) {
        failedReuses[target] = 0;
        keepsConnections[target] = true;
    }

    /** Whether a connection to that server has ever been used again with success. */
    boolean keepsConnections(int target) {
        return keepsConnections[target];
    }

    /**
     * The server had closed the connection. Some do so after every answer without a word; trying theirs again and again would
     * only make each request later.
     */
    void reuseFailed(int target) {
        failedReuses[target]++;
    }

    /** The connection is gone or going. */
    void forget(StreamConnection connection) {
        if (all.remove(connection)) {
            idle.get(connection.target()).remove(connection);
            // What times out is what has waited longest: it is found at once.
            waiting.remove(connection);
        }
    }

    /** Connections that are open or being opened. */
    int size() {
        return all.size() - waiting.size();
    }

    /** Requests that wait for their turn to open a connection. */
    int waiting() {
        return waiting.size();
    }

    void close() {
        closed = true;
        waiting.clear();
        List.copyOf(all).forEach(StreamConnection::close);
        all.clear();
    }
}
