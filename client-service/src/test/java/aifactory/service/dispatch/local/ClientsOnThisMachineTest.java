package aifactory.service.dispatch.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.InvalidOrderException;
import aifactory.service.dispatch.Requests;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClientsOnThisMachineTest {
    private static final long GIBIBYTE = 1L << 30;

    @TempDir
    Path directory = Path.of("");

    private static DispatchOrder order(int numClients) {
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
                null,
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
