package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.protocol.JobList;
import aifactory.protocol.JsonFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code HTTP_MAX_RETRIES} and the other variables of the earlier system: their effect, and values that are not. */
final class RetriesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private ServerSocket socket;

    private final AtomicInteger connections = new AtomicInteger();
    private volatile int lost;

    @BeforeEach
    void listen() throws IOException {
        socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
    }

    /** Breaks off the first responses, as a service that is killed. */
    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                boolean isLost = connections.incrementAndGet() <= lost;
                connection.getInputStream().read(new byte[8_192]);
                if (isLost) {
                    connection.getOutputStream().write("HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII));
                } else {
                    byte[] body = JsonFormat.mapper()
                            .writeValueAsBytes(new JobList("slurm", "http://login:8001", List.of(), List.of()));
                    connection
                            .getOutputStream()
                            .write(
                                    ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                                                    + body.length + "\r\n\r\n")
                                            .getBytes(StandardCharsets.US_ASCII));
                    connection.getOutputStream().write(body);
                }
            } catch (IOException e) {
                // The next one.
            }
        }
    }

    private InvocationHarness harness() {
        return new InvocationHarness(directory);
    }

    private String service() {
        return "--service=http://127.0.0.1:" + socket.getLocalPort();
    }

    @Test
    void aQueryIsRetriedAndAnOrderIsNot() {
        lost = 2;
        Outcome query = harness().run("jobs", service());
        assertThat(query.exitCode()).as(query.err()).isZero();
        assertThat(connections).hasValue(3);

        lost = 4;
        Outcome order = harness().run("group", "delete", "1", service());
        assertThat(order.exitCode()).isEqualTo(4);
        assertThat(connections).hasValue(4);
    }

    @Test
    void theNumberOfRetriesIsConfigured() {
        lost = 100;
        Outcome none = harness().with("HTTP_MAX_RETRIES", "0").run("jobs", service());
        assertThat(none.exitCode()).isEqualTo(4);
        assertThat(connections).hasValue(1);
        Outcome one = harness().with("AIFACTORY_HTTP_MAX_RETRIES", "1").run("jobs", service());
        assertThat(one.exitCode()).isEqualTo(4);
        assertThat(one.err()).contains("cannot be reached");
        assertThat(connections).hasValue(3);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_MAX_RETRIES, -1, http_max_retries, 0 to 8",
        "HTTP_MAX_RETRIES, many, http_max_retries, 0 to 8",
        "HTTP_TIMEOUT, soon, http_timeout, 1ms to",
        "HTTP_TIMEOUT, 0, http_timeout, 1ms to"
    })
    void valuesThatAreNotAreNamed(String variable, String value, String key, String expected) {
        Outcome outcome = harness().with(variable, value).run("jobs", service());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains(key, "environment " + variable, "'" + value + "'", expected);
        assertThat(connections).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "SLURM_MAX_JOBS, 0, slurm_max_jobs, 1 to 100000",
        "SLURM_MAX_JOBS, 1.5, slurm_max_jobs, 1 to 100000",
        "SLURM_POLL_INTERVAL, 0, slurm_poll_interval, 1s to 600s",
        "SLURM_POLL_INTERVAL, 1h, slurm_poll_interval, 1s to 600s"
    })
    void aServiceWithSuchAValueDoesNotStart(String variable, String value, String key, String expected) {
        Outcome outcome = harness()
                .with(variable, value)
                .with("AIFACTORY_DATA_DIR", directory.resolve("data").toString())
                .run("serve", "--port", "0", "--dispatcher", "slurm");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains(key, "environment " + variable, "'" + value + "'", expected);
    }

    @Test
    void secondsNeedNoUnit() {
        Outcome outcome = harness()
                .with("HTTP_TIMEOUT", "30")
                .with("SLURM_POLL_INTERVAL", "5")
                .with("SLURM_MAX_JOBS", "100")
                .run("jobs", service());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        Outcome shown = harness().with("SLURM_POLL_INTERVAL", "7").run("config", "show");
        assertThat(shown.out()).containsPattern("slurm_poll_interval +7 +environment SLURM_POLL_INTERVAL");
    }
}
