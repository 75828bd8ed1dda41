package aifactory.engine.loop;

import aifactory.measurement.MonotonicClock;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to the AI servers. Idle ones are used again, the last used first, unless the
 * workload has a connection for each request or bounds their age; only so many are opened at the same time, the others
 * wait their turn. Where the workload bounds their number, requests wait for one that is free.
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
    private final boolean perRequest;
    private final long lifetimeNanos;
    private final int perServer;
    /**
     * By target: connections that are open, being opened or waiting for that; counted only where their number is
     * bounded.
     */
    private final int[] countByTarget;
    /** By target: connections that hold a request until another connection is free, or may be opened in its place. */
    private final List<ArrayDeque<StreamConnection>> held = new ArrayList<>();

    private int heldCount;
    /** By target: how many connections in a row were found closed when they were used again. */
    private final int[] failedReuses;

    private final boolean[] keepsConnections;

    private int connecting;
    private boolean closed;

    ConnectionPool(LoadLoop loop, Connector connector, LoadTargets targets, MonotonicClock clock, LoopPlan plan) {
        this.loop = loop;
        this.connector = connector;
        this.targets = targets;
        this.clock = clock;
        this.maximumConnecting = plan.settings().maximumConnecting();
        this.maximumConnections = plan.maximumConnections();
        this.perRequest = plan.specification().connections().perRequest();
        this.lifetimeNanos = plan.connectionLifetimeNanos();
        this.perServer = plan.connectionsPerServer();
        this.countByTarget = new int[targets.size()];
        this.failedReuses = new int[targets.size()];
        this.keepsConnections = new boolean[targets.size()];
        for (int i = 0; i < targets.size(); i++) {
            idle.add(new ArrayDeque<>());
            held.add(new ArrayDeque<>());
        }
    }

    /** Sends the request on an idle connection, or on a new one as soon as that is open. */
    void send(ActiveRequest request, long nowNanos) {
        StreamConnection connection = idleOf(request.request().target(), nowNanos);
        if (connection != null) {
            connection.reuse(request, nowNanos);
        } else {
            sendOnNewConnection(request);
        }
    }

    /**
     * An idle connection that the server has not closed and that is not too old; the others are forgotten. Null when
     * there is none.
     */
    private @Nullable StreamConnection idleOf(int target, long nowNanos) {
        ArrayDeque<StreamConnection> ofTarget = idle.get(target);
        StreamConnection connection = ofTarget.pollFirst();
        while (connection != null && (isOld(connection, nowNanos) || connection.hasEndedIdle())) {
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
        if (perServer == Integer.MAX_VALUE) {
            openInTurn(connection);
        } else if (countByTarget[connection.target()] < perServer) {
            countByTarget[connection.target()]++;
            openInTurn(connection);
        } else {
            heldCount++;
            held.get(connection.target()).addLast(connection);
        }
    }

    private void openInTurn(StreamConnection connection) {
        if (connecting < maximumConnecting) {
            open(connection);
        } else {
            waiting.addLast(connection);
        }
    }

    private void open(StreamConnection connection) {
        LoadTarget target = targets.get(connection.target());
        SocketAddress address = target.nextAddress();
        if (address == null) {
            failLater(connection, new UnknownHostException(target.name()));
            return;
        }
        if (size() > maximumConnections) {
            failLater(connection, new NoFileLeftException());
            return;
        }
        connection.leadsTo(target.addresses().described(address));
        connecting++;
        long beganNanos = clock.nanoTime();
        connector.connect(
                connection,
                address,
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

    /** Not at once: the freed slot starts the next request, which fails the same way, and so on. */
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
        int target = connection.target();
        if (closed
                || perRequest
                || failedReuses[target] >= MOST_FAILED_REUSES
                || isOld(connection, connection.releasedNanos())) {
            forget(connection);
            connection.close();
            return;
        }
        StreamConnection holding = heldCount == 0 ? null : held.get(target).pollFirst();
        if (holding == null) {
            idle.get(target).addFirst(connection);
        } else {
            heldCount--;
            all.remove(holding);
            connection.reuse(holding.handOver(), connection.releasedNanos());
        }
    }

    private boolean isOld(StreamConnection connection, long nowNanos) {
        return lifetimeNanos != Long.MAX_VALUE && nowNanos - connection.openedNanos() >= lifetimeNanos;
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
     * The server had closed the connection. Some do so after every answer without a word; trying theirs again and again
     * would only make each request later.
     */
    void reuseFailed(int target) {
        failedReuses[target]++;
    }

    /** The connection is closed or closing. */
    void forget(StreamConnection connection) {
        if (all.remove(connection)) {
            idle.get(connection.target()).remove(connection);
            // What times out is what has waited longest: it is found at once.
            if (perServer == Integer.MAX_VALUE) {
                waiting.remove(connection);
            } else {
                forgetCounted(connection);
            }
        }
    }

    /** Another connection may be opened instead. */
    private void forgetCounted(StreamConnection connection) {
        ArrayDeque<StreamConnection> ofTarget = held.get(connection.target());
        if (ofTarget.remove(connection)) {
            heldCount--;
            return;
        }
        waiting.remove(connection);
        StreamConnection next = closed ? null : ofTarget.pollFirst();
        if (next == null) {
            countByTarget[connection.target()]--;
        } else {
            heldCount--;
            openInTurn(next);
        }
    }

    /** Connections that are open or being opened. */
    int size() {
        return all.size() - waiting.size() - heldCount;
    }

    /** Requests that wait for their turn to open a connection. */
    int waiting() {
        return waiting.size();
    }

    void close() {
        closed = true;
        waiting.clear();
        held.forEach(ArrayDeque::clear);
        heldCount = 0;
        List.copyOf(all).forEach(StreamConnection::close);
        all.clear();
    }
}
