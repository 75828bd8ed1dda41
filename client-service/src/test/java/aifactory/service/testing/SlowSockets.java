package aifactory.service.testing;

import aifactory.service.ServiceLimits;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Connections of senders that do not come to an end. Stateless. */
public final class SlowSockets {
    private SlowSockets() {}

    /** The usual limits, but that silence closes no connection while a test runs: only the service's clock does. */
    public static ServiceLimits withoutIdleTimeout() {
        ServiceLimits usual = ServiceLimits.defaults();
        return new ServiceLimits(
                usual.maximumGroups(),
                usual.maximumRequestBytes(),
                usual.maximumBatchBytes(),
                usual.maximumBatchJsonBytes(),
                usual.maximumBodiesBytes(),
                usual.maximumQueuedWrites(),
                usual.maximumFollowers(),
                usual.maximumConnections(),
                Duration.ofMinutes(10),
                usual.longestBody());
    }

    /** Waits until the service has closed the connection, while its clock runs ahead; what it answered. */
    public static String awaitClosed(TestService service, Socket socket) throws IOException {
        return awaitClosed(service, socket, false);
    }

    /** The same, while a byte is sent now and then. */
    public static String awaitClosedWhileSending(TestService service, Socket socket) throws IOException {
        return awaitClosed(service, socket, true);
    }

    private static String awaitClosed(TestService service, Socket socket, boolean isSending) throws IOException {
        socket.setSoTimeout(60_000);
        CompletableFuture<String> closed = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            StringBuilder answered = new StringBuilder();
            try {
                int next = 0;
                while (next >= 0) {
                    answered.append((char) next);
                    next = socket.getInputStream().read();
                }
                closed.complete(answered.toString());
            } catch (SocketTimeoutException e) {
                closed.completeExceptionally(e);
            } catch (IOException e) {
                closed.complete(answered.toString());
            }
        });
        Eventually.await(
                "the connection is closed",
                () -> {
                    service.clock().advance(Duration.ofSeconds(20));
                    if (isSending) {
                        sendOne(socket);
                    }
                    return closed.isDone();
                },
                done -> done);
        return closed.join();
    }

    private static void sendOne(Socket socket) {
        try {
            socket.getOutputStream().write('x');
        } catch (IOException e) {
            // It is closed.
        }
    }
}
