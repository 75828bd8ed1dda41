package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.protocol.JsonFormat;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.server.InferenceSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A whole run over TLS on this machine: the service, two client processes and the commands as a user types them. */
final class EncryptedServiceTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @SuppressWarnings("NullAway.Init") // set by the test
    private InvocationHarness service;

    @SuppressWarnings("NullAway.Init") // set by the test
    private CompletableFuture<Outcome> serving;

    @AfterEach
    void endService() throws Exception {
        service.interruption().request();
        serving.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private Outcome run(String... arguments) {
        return new InvocationHarness(directory)
                .with("AIFACTORY_DATA_DIR", directory.resolve("data").toString())
                .run(arguments);
    }

    private void serve(String... arguments) {
        service = new InvocationHarness(directory)
                .with("AIFACTORY_DATA_DIR", directory.resolve("data").toString());
        serving = CompletableFuture.supplyAsync(
                () -> service.run(arguments), task -> Thread.ofPlatform().start(task));
        Path discovery = directory.resolve("data/service.json");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(discovery) && !serving.isDone() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(discovery).as("%s", serving.getNow(null)).exists();
    }

    private JsonNode discovery() throws IOException {
        return JsonFormat.mapper().readTree(directory.resolve("data/service.json"));
    }

    @Test
    void aWholeRunIsMeasuredOverTls() throws Exception {
        TestCertificate tls = TestCertificate.in(directory);
        try (InferenceSimulator simulator =
                InferenceSimulator.start(SimulatorOptions.defaults().withPort(0))) {
            serve(
                    "serve",
                    "--port",
                    "0",
                    "--tls-certificate",
                    tls.certificate().toString(),
                    "--tls-key",
                    tls.key().toString(),
                    "--ai-server",
                    simulator.address().toString());
            String address = discovery().path("url").asString();
            assertThat(address).startsWith("https://127.0.0.1:");

            assertThat(run("group", "create", "7", "--num-clients", "2").exitCode())
                    .isZero();
            Outcome ready = run("wait", "7", "--for", "ready", "--timeout", "2m");
            assertThat(ready.exitCode()).as(ready.err()).isZero();
            Outcome measured = run("run", "7", "--follow", "--concurrency", "2", "--request-count", "20", "--osl", "4");
            // Whether the clients were disturbed by other work here is another question.
            assertThat(measured.exitCode()).as(measured.err()).isIn(0, 3);
            JsonNode jobs = JsonFormat.mapper().readTree(run("jobs", "--json").out());
            assertThat(jobs.path("client_service_address").asString())
                    .as("the address given to clients")
                    .startsWith("https://");
            Outcome deleted = run("group", "delete", "7");
            assertThat(deleted.exitCode()).as(deleted.err()).isZero();

            Outcome plain = run(
                    "jobs",
                    "--service",
                    address.replace("https:", "http:"),
                    "--service-certificate",
                    discovery().path("certificate_sha256").asString());
            assertThat(plain.exitCode()).isEqualTo(2);
            assertThat(plain.err()).contains("expected https://", "nothing was sent");
        }
    }
}
