package aifactory.client;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.client.testing.ChildClient;
import aifactory.client.testing.Contexts;
import aifactory.client.testing.Eventually;
import aifactory.client.testing.FakeClientService;
import aifactory.client.testing.FakeLoadGenerator;
import aifactory.client.testing.FakeLoadGenerator.FakeLoad;
import aifactory.client.testing.Orders;
import aifactory.client.testing.RunningClient;
import aifactory.node.NodeExitCode;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.ClientCommand.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals, to a real process where it matters. */
class TerminationTest {
    private static final String RUN = "run-1";
    private static final int SIGTERM_EXIT = 143;

    @TempDir
    private Path directory;

    private final FakeClientService service = new FakeClientService(1);
    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void close() throws InterruptedException {
        for (Process child : children) {
            child.destroyForcibly().waitFor();
        }
        service.close();
    }

    @Test
    void aTerminatedProcessDeliversEverythingItMeasured() throws Exception {
        Process child = startChild(service.uri().toString(), 20_000);
        startRun();
        Eventually.until(
                "three intervals are durable", () -> service.durable(RUN).size() == 3);
        service.fail("batches", 3, 503, "busy");
        child.destroy();

        assertThat(exitCode(child)).isEqualTo(SIGTERM_EXIT);
        List<BatchMessage> batches = service.durable(RUN);
        assertThat(batches).extracting(BatchMessage::sequence).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(batches.stream().flatMap(batch -> batch.records().stream()).map(each -> each.index()))
                .isEqualTo(LongStream.range(0, 8).boxed().toList());
        assertThat(Objects.requireNonNull(batches.getLast().completion()).stopped())
                .isTrue();
    }

    @Test
    void aTerminatedProcessDoesNotWaitForEverForAServiceThatIsAway() throws Exception {
        Process child = startChild(service.uri().toString(), 300);
        startRun();
        Eventually.until(
                "three intervals are durable", () -> service.durable(RUN).size() == 3);
        service.goAway();
        child.destroy();

        assertThat(exitCode(child)).isEqualTo(SIGTERM_EXIT);
        assertThat(log()).contains("batches could not be delivered");
    }

    @Test
    void aProcessThatIsRegisteringEndsAtOnce() throws Exception {
        Process child = startChild(Contexts.deadAddress().toString(), 20_000);
        Eventually.until("it tries to register", () -> log().contains("listening at"));
        child.destroy();

        assertThat(exitCode(child)).isEqualTo(SIGTERM_EXIT);
    }

    @Test
    void aSuspendedProcessGoesOnThoughTheServiceRestartedMeanwhile() throws Exception {
        Process child = startChild(service.uri().toString(), 20_000);
        startRun();
        Eventually.until(
                "three intervals are durable", () -> service.durable(RUN).size() == 3);
        signal(child, "STOP");
        Eventually.until("it is stopped", () -> stat(child).contains(") T "));
        service.goAway();
        service.comeBack();
        service.order(Kind.STOP, RUN, null);
        signal(child, "CONT");
        Eventually.until("the run is complete", () -> service.isComplete(RUN));
        service.order(Kind.EXIT, null, null);

        assertThat(exitCode(child)).isEqualTo(NodeExitCode.DONE);
        assertThat(service.durable(RUN)).hasSize(5);
    }

    @Test
    void isIdempotentAndLeavesNoHookBehind() throws Exception {
        FakeLoadGenerator generator = new FakeLoadGenerator();
        try (RunningClient client = RunningClient.start(service, generator)) {
            startRun();
            FakeLoad load = generator.awaitLoad(0);
            load.awaitStart();
            load.deliver(0, 2);
            Thread second = Thread.ofPlatform().start(client::terminate);
            client.terminate();
            second.join();

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.TERMINATED);
            assertThat(client.hasTerminationHook()).isFalse();
            assertThat(load.isClosed()).isTrue();
        }
        assertThat(service.isComplete(RUN)).isTrue();
    }

    @Test
    void interruptsAPreparationThatDoesNotEnd() throws Exception {
        FakeLoadGenerator generator = new FakeLoadGenerator();
        generator.holdPreparing();
        try (RunningClient client = RunningClient.start(service, generator)) {
            service.order(Orders.prepare(RUN));
            Eventually.until("it is preparing", () -> !generator.plans().isEmpty());
            client.terminate();

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.TERMINATED);
        }
        assertThat(service.isComplete(RUN))
                .as("the run has a last batch nevertheless")
                .isTrue();
    }

    private void startRun() {
        service.order(Orders.prepare(RUN));
        Eventually.until("the client is armed", () -> !service.armed().isEmpty());
        service.order(Kind.START, RUN, System.nanoTime());
    }

    private Process startChild(String serviceAddress, long flushMillis) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                ChildClient.class.getName(),
                serviceAddress,
                Long.toString(flushMillis));
        builder.environment().keySet().removeIf(name -> name.startsWith("SLURM") || name.startsWith("AIFACTORY"));
        Process child = builder.redirectErrorStream(true)
                .redirectOutput(logFile().toFile())
                .start();
        children.add(child);
        return child;
    }

    private static int exitCode(Process child) throws InterruptedException {
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).as("the process ends").isTrue();
        return child.exitValue();
    }

    private static void signal(Process child, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(child.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static String stat(Process child) {
        return read(Path.of("/proc", Long.toString(child.pid()), "stat"));
    }

    private Path logFile() {
        return directory.resolve("child.log");
    }

    private String log() {
        return Files.exists(logFile()) ? read(logFile()) : "";
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
