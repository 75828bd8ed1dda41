package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.protocol.JsonFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port of {@code aifactory serve}: a given one is used or an error, the default one gives way. */
final class ServePortTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int DEFAULT_PORT = 8001;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private InvocationHarness harness() {
        return new InvocationHarness(directory)
                .with("AIFACTORY_DATA_DIR", directory.resolve("data").toString());
    }

    /** Holds the port, unless another process of this machine does. */
    private static AutoCloseable taken(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            // In use already.
        }
        return socket;
    }

    @Test
    void withoutAGivenPortTheNextFreeOneIsServedPrintedAndDiscovered() throws Exception {
        try (AutoCloseable _ = taken(DEFAULT_PORT)) {
            InvocationHarness service = harness();
            CompletableFuture<Outcome> serving = CompletableFuture.supplyAsync(
                    () -> service.run("serve"), task -> Thread.ofPlatform().start(task));
            Path discovery = directory.resolve("data/service.json");
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!Files.exists(discovery) && !serving.isDone() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            String url = JsonFormat.mapper()
                    .readTree(Files.readString(discovery))
                    .path("url")
                    .asString();
            Outcome found = harness().run("jobs", "--json");
            service.interruption().request();
            Outcome served = serving.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            assertThat(URI.create(url).getPort()).isBetween(DEFAULT_PORT + 1, DEFAULT_PORT + 15);
            assertThat(served.out()).contains("Client Service at " + url + " instead of port 8001, token in ");
            assertThat(found.exitCode()).as(found.err()).isZero();
            assertThat(found.out()).contains("\"client_service_address\" : \"" + url + "\"");
        }
    }

    @Test
    void aPortThatWasGivenIsNotReplaced() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            for (Outcome outcome : new Outcome[] {
                harness().run("serve", "--port", port),
                harness().with("CLIENT_SERVICE_PORT", port).run("serve")
            }) {
                assertThat(outcome.exitCode()).isEqualTo(2);
                assertThat(outcome.err()).contains("127.0.0.1:" + port, "in use", "--port");
                assertThat(outcome.out()).isEmpty();
            }
        }
    }

    @Test
    void anAdvertisedAddressWithAPortKeepsTheServiceAtItsPort() throws Exception {
        try (AutoCloseable _ = taken(DEFAULT_PORT)) {
            Outcome outcome = harness().run("serve", "--advertise", "http://127.0.0.1:8001");
            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("127.0.0.1:8001:", "in use");
        }
    }
}
