package aifactory.service.dispatch.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.protocol.ServerSpecification;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.InvalidOrderException;
import aifactory.service.dispatch.Requests;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClientsOnThisMachineTest {
    private static final long GIBIBYTE = 1L << 30;

    @TempDir
    Path directory = Path.of("");

    private static DispatchOrder order(int numClients) {
        return order(numClients, null);
    }

    private static DispatchOrder order(int numClients, @Nullable ServerSpecification server) {
        return new DispatchOrder(
                1,
                "token",
                null,
                Instant.EPOCH,
                numClients,
                Duration.ofMinutes(5),
                Requests.plain(),
                URI.create("http://127.0.0.1:8001"),
                List.of(URI.create("http://127.0.0.1:8000")),
                server,
                Path.of("/secret"),
                Path.of("/logs"));
    }

    @Test
    void moreThanTheMemoryHoldsAreRefusedWithTheArithmetic() throws Exception {
        ClientsOnThisMachine clients =
                new ClientsOnThisMachine(client -> List.of("true"), server -> List.of("true"), () -> GIBIBYTE);
        clients.check(order(5));
        assertThatThrownBy(() -> clients.check(order(6)))
                .isInstanceOf(InvalidOrderException.class)
                .hasMessageContaining("6 client processes keep 192 MiB each")
                .hasMessageContaining("1024 MiB left, enough for 5");
    }

    private static ServerSpecification servers(int replicas, int port) {
        return new ServerSpecification(
                replicas, 1, 1, port, List.of("a"), Map.of(), Map.of(), null, 0, null, "/health", 60, 20, 2);
    }

    @Test
    void serversTakeMemoryAndPortsOfThisMachineToo() throws Exception {
        ClientsOnThisMachine clients =
                new ClientsOnThisMachine(client -> List.of("true"), server -> List.of("true"), () -> GIBIBYTE);
        clients.check(order(1, servers(8, 65_528)));
        assertThatThrownBy(() -> clients.check(order(1, servers(9, 65_000))))
                .isInstanceOf(InvalidOrderException.class)
                .hasMessageContaining(
                        "9 server processes on one machine, which in addition to the clients has 832 MiB left");
        assertThatThrownBy(() -> clients.check(order(0, servers(1_000, 8_000))))
                .isInstanceOf(InvalidOrderException.class)
                .hasMessageContaining("at most 64");
        assertThatThrownBy(() -> clients.check(order(1, servers(8, 65_529))))
                .isInstanceOf(InvalidOrderException.class)
                .hasMessageContaining("from port 65529 on there are not 8 ports");
    }

    @Test
    void whatLinuxTellsOfItsMemoryIsRead() throws Exception {
        Path told = Files.writeString(
                directory.resolve("meminfo"),
                "MemTotal:       24000000 kB\nMemAvailable:    2097152 kB\nBuffers: 1 kB\n");
        assertThat(new AvailableMemory(told).getAsLong()).isEqualTo(2 * GIBIBYTE);
        assertThat(new AvailableMemory(directory.resolve("missing")).getAsLong())
                .isEqualTo(Long.MAX_VALUE);
        assertThat(AvailableMemory.ofThisMachine().getAsLong()).isLessThan(Long.MAX_VALUE);
    }
}
