package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.protocol.JsonFormat;
import aifactory.protocol.ServiceDiscovery;
import aifactory.service.testing.TestService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port of the service is in use: it moves where it may, and clients and commands find it there. */
final class PortInUseTest {
    @TempDir
    Path directory = Path.of("");

    /** A port with free ones after it, which is then taken by the returned socket. */
    private static ServerSocket takenWithFreeOnesAfter(int free) throws IOException {
        while (true) {
            ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            try {
                for (int port = taken.getLocalPort() + 1; port <= taken.getLocalPort() + free; port++) {
                    bound(port).close();
                }
                return taken;
            } catch (IOException | IllegalArgumentException e) {
                taken.close();
            }
        }
    }

    private static ServerSocket bound(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
        return socket;
    }

    private TestService start(String name, int port, int alternatives) {
        return TestService.start(
                directory.resolve(name),
                configuration -> configuration
                        .withAddress("127.0.0.1", port, URI.create("http://127.0.0.1:0"))
                        .withAlternativePorts(alternatives));
    }

    @Test
    void thePortAloneIsAnErrorThatNamesItAndTheRemedy() throws Exception {
        try (ServerSocket taken = takenWithFreeOnesAfter(0)) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> start("one", port, 0))
                    .cause()
                    .isInstanceOf(ServiceStartException.class)
                    .hasMessageContainingAll("127.0.0.1:" + port + ":", "in use", "--port");
        }
    }

    @Test
    void theNextFreePortIsServedDiscoveredAndGivenToClients() throws Exception {
        try (ServerSocket taken = takenWithFreeOnesAfter(3);
                ServerSocket _ = bound(taken.getLocalPort() + 1);
                TestService service = start("one", taken.getLocalPort(), 3)) {
            int port = service.address().getPort();
            assertThat(port).isBetween(taken.getLocalPort() + 2, taken.getLocalPort() + 3);
            assertThat(JsonFormat.mapper()
                            .readValue(Files.readAllBytes(service.running().discoveryFile()), ServiceDiscovery.class)
                            .url())
                    .isEqualTo("http://127.0.0.1:" + port);
            service.create(1, Map.of("num_clients", 1)).expect(201);
            assertThat(service.dispatcher().orders().getFirst().clientServiceAddress())
                    .isEqualTo(URI.create("http://127.0.0.1:" + port));
        }
    }

    @Test
    void whereAllPortsAreInUseTheErrorNamesThemAll() throws Exception {
        try (ServerSocket taken = takenWithFreeOnesAfter(1);
                ServerSocket next = bound(taken.getLocalPort() + 1)) {
            assertThatThrownBy(() -> start("one", taken.getLocalPort(), 1))
                    .cause()
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort() + " to " + next.getLocalPort() + ":");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsNotTriedOnEveryPort() {
        assertThatThrownBy(() -> TestService.start(
                        directory,
                        configuration -> configuration
                                .withAddress("192.0.2.1", 8001, null)
                                .withAlternativePorts(15)))
                .cause()
                .hasMessageContaining("192.0.2.1:8001:");
    }

    @Test
    void servicesThatStartAtTheSameTimeGetDifferentPorts() throws Exception {
        int services = 4;
        try (ServerSocket taken = takenWithFreeOnesAfter(services + 4);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch together = new CountDownLatch(services);
            List<Future<TestService>> starting = new ArrayList<>();
            for (int number = 0; number < services; number++) {
                String name = "service" + number;
                starting.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return start(name, taken.getLocalPort(), services + 4);
                }));
            }
            List<Integer> ports = new ArrayList<>();
            for (Future<TestService> one : starting) {
                ports.add(one.get().address().getPort());
            }
            assertThat(ports).doesNotHaveDuplicates().doesNotContain(taken.getLocalPort());
            for (Future<TestService> one : starting) {
                one.get().close();
            }
        }
    }

    @Test
    void aServiceWithClientsReturnsToThePortThatTheyKnow() throws Exception {
        ServerSocket taken = takenWithFreeOnesAfter(3);
        try (TestService service = start("one", taken.getLocalPort(), 3)) {
            int port = service.address().getPort();
            service.readyGroup(1, 1);
            service.kill();
            taken.close();

            service.restart();
            assertThat(service.address().getPort())
                    .as("with a group, although the first port is free again")
                    .isEqualTo(port);

            service.kill();
            try (ServerSocket _ = bound(port)) {
                assertThatThrownBy(service::restart)
                        .cause()
                        .hasMessageContaining("The clients of 1 group expect the service at port " + port);
            }

            service.restart();
            service.api().delete(TestService.group(1)).expect(200);
            service.killAndRestart();
            assertThat(service.address().getPort()).as("without groups").isEqualTo(taken.getLocalPort());
        } finally {
            taken.close();
        }
    }

    @Test
    void twoServicesDoNotShareADataDirectoryOnDifferentPorts() {
        try (TestService service = start("one", 0, 0)) {
            assertThatThrownBy(() -> start("one", 0, 0))
                    .cause()
                    .hasMessageContainingAll(
                            "another Client Service uses the data directory", "/one/data", "--data-dir");
            service.api().get("/health").expect(200);
        }
        start("one", 0, 0).close();
    }
}
