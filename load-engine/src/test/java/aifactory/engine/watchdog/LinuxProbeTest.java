package aifactory.engine.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxProbeTest {
    @Test
    void theFiguresOfThisProcessAreThere() {
        LinuxProbe probe = new LinuxProbe(Path.of("/proc"));

        assertThat(probe.cpuNanos()).isPositive();
        assertThat(probe.openFiles()).isPositive();
        assertThat(probe.openFilesLimit()).isGreaterThan(probe.openFiles());
        assertThat(probe.residentBytes()).isGreaterThan(1 << 20);
        assertThat(probe.closingConnections()).isNotNegative();
        assertThat(probe.localPorts()).isBetween(1L, 65_535L);
    }

    @Test
    void theSystemsFilesAreReadAsTheyAre(@TempDir Path directory) throws IOException {
        Files.createDirectories(directory.resolve("self/net"));
        Files.createDirectories(directory.resolve("sys/net/ipv4"));
        Files.writeString(
                directory.resolve("self/net/sockstat"),
                "sockets: used 294\nTCP: inuse 8 orphan 0 tw 4711 alloc 12 mem 3\nUDP: inuse 2 mem 0\n");
        Files.writeString(directory.resolve("sys/net/ipv4/ip_local_port_range"), "32768\t60999\n");
        Files.writeString(directory.resolve("self/statm"), "1000 512 100 1 0 300 0\n");
        LinuxProbe probe = new LinuxProbe(directory);

        assertThat(probe.closingConnections()).isEqualTo(4711);
        assertThat(probe.localPorts()).isEqualTo(28_232);
        assertThat(probe.residentBytes()).isEqualTo(512 * 4096);
    }

    @Test
    void whatCannotBeReadIsNotKnown(@TempDir Path empty) {
        LinuxProbe probe = new LinuxProbe(empty);

        assertThat(probe.closingConnections()).isZero();
        assertThat(probe.localPorts()).isZero();
        assertThat(probe.residentBytes()).isZero();
    }
}
