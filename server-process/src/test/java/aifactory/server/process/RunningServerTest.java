package aifactory.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.MonotonicClock;
import aifactory.protocol.ServerFailure.Cause;
import aifactory.protocol.ServerSpecification;
import aifactory.protocol.ServerState;
import aifactory.server.readiness.FakeInferenceServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, from their start to their end. */
final class RunningServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory = Path.of("");

    private RunningServer server = start(Specifications.of(1, List.of("true")), "127.0.0.1");

    @AfterEach
    void end() throws InterruptedException {
        server.stop();
        server.awaitEnd();
    }

    private RunningServer start(ServerSpecification specification, String host) {
        try {
            Path file = Files.createTempDirectory("server-log").resolve("server.log");
            return RunningServer.start(
                    1,
                    specification,
                    new ServerPlace(0, 0, host, null),
                    new ServerLauncher(Map.of()),
                    ServerLog.open(file),
                    MonotonicClock.SYSTEM,
                    InstantSource.system(),
                    () -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(ServerSpecification specification) throws InterruptedException {
        end();
        server = start(specification, "127.0.0.1");
    }

    private void await(String what, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as(what + ", it is " + server.state() + " " + server.failure())
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** A real server of the JDK, in a separate process. */
    private static List<String> inferenceServer() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FakeInferenceServer.class.getName(),
                "{port}");
    }

    @Test
    void isReadyAfterItsFirstTokenAndEndsWhenItIsTold() throws Exception {
        int port = freePort();
        run(Specifications.of(port, inferenceServer()));
        await("ready", () -> server.state() == ServerState.READY);
        assertThat(server.address()).isEqualTo("http://127.0.0.1:" + port);
        assertThat(server.readyAfterSeconds()).isPositive();
        server.stop();
        server.awaitEnd();
        assertThat(server.state()).isEqualTo(ServerState.STOPPED);
        assertThat(server.failure()).isNull();
        try (ServerSocket again = new ServerSocket(port)) {
            assertThat(again.isBound()).isTrue();
        }
    }

    @Test
    void namesTheSignalThatKilledIt() throws Exception {
        run(Specifications.of(freePort(), inferenceServer()));
        await("ready", () -> server.state() == ServerState.READY);
        ProcessHandle.current()
                .descendants()
                .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
                .forEach(ProcessHandle::destroyForcibly);
        await("failed", () -> server.state() == ServerState.FAILED);
        assertThat(server.failure()).isNotNull();
        assertThat(server.failure().cause()).isEqualTo(Cause.KILLED);
        assertThat(server.failure().exitCode()).isEqualTo(137);
    }

    @Test
    void refusesAPortThatIsTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            run(Specifications.of(other.getLocalPort(), List.of("sleep", "100")));
            await("failed", () -> server.state() == ServerState.FAILED);
            assertThat(server.failure()).isNotNull();
            assertThat(server.failure().cause()).isEqualTo(Cause.PORT_TAKEN);
            assertThat(server.failure().message()).contains(Integer.toString(other.getLocalPort()));
        }
    }

    @Test
    void tellsTheLastLinesOfOneThatEndedByItself() throws Exception {
        run(Specifications.of(
                freePort(), List.of("sh", "-c", "echo greeting: $GREETING; echo error loading model; exit 3")));
        await("failed", () -> server.state() == ServerState.FAILED);
        assertThat(server.failure()).isNotNull();
        assertThat(server.failure().cause()).isEqualTo(Cause.MODEL_NOT_FOUND);
        assertThat(server.failure().exitCode()).isEqualTo(3);
        assertThat(server.failure().lastLines()).containsExactly("greeting: a b", "error loading model");
    }

    @Test
    void namesACommandThatIsNotThere() throws Exception {
        run(Specifications.of(freePort(), List.of("/no/such/program")));
        await("failed", () -> server.state() == ServerState.FAILED);
        assertThat(server.failure()).isNotNull();
        assertThat(server.failure().cause()).isEqualTo(Cause.COMMAND_NOT_FOUND);
    }

    @Test
    void endsOneThatIgnoresSigtermAndItsWorkers() throws Exception {
        Path pids = directory.resolve("pids");
        run(Specifications.of(
                freePort(),
                List.of(
                        "sh",
                        "-c",
                        "trap '' TERM; sleep 1000 & echo $! >\"$0\"; echo $$ >>\"$0\"; mv \"$0\" \"$0.all\"; wait; sleep 1000",
                        pids.toString())));
        Path all = directory.resolve("pids.all");
        await("started", () -> Files.exists(all));
        server.stop();
        server.awaitEnd();
        assertThat(server.state()).isEqualTo(ServerState.STOPPED);
        for (String pid : Files.readAllLines(all)) {
            assertThat(NodeProcesses.isRunning(Long.parseLong(pid)))
                    .as("process " + pid)
                    .isFalse();
        }
    }

    /** A worker that ignores SIGTERM and leaves its number; then what the server itself does. */
    private static List<String> withWorker(Path pid, String then) {
        return List.of(
                "sh",
                "-c",
                "(trap '' TERM; exec sleep 1000) & echo $! >\"$0.new\"; mv \"$0.new\" \"$0\"; " + then,
                pid.toString());
    }

    private static boolean isAlive(Path pid) throws IOException {
        return NodeProcesses.isRunning(Long.parseLong(Files.readString(pid).strip()));
    }

    @Test
    void endsTheWorkersOfOneThatEndedByItself() throws Exception {
        Path pid = directory.resolve("pid");
        run(Specifications.of(freePort(), withWorker(pid, "exit 7")));
        await("failed", () -> server.state() == ServerState.FAILED);
        server.awaitEnd();
        assertThat(server.failure()).isNotNull();
        assertThat(server.failure().exitCode()).isEqualTo(7);
        assertThat(isAlive(pid)).isFalse();
    }

    @Test
    void oneThatAnswersButGivesNoTokenIsGivenUpInTime() throws Exception {
        List<String> silent = new ArrayList<>(inferenceServer());
        silent.add("silent");
        run(Specifications.withReadySeconds(freePort(), silent, 3));
        await("failed", () -> server.state() == ServerState.FAILED);
        assertThat(server.failure()).isNotNull();
        assertThat(server.failure().cause()).isEqualTo(Cause.WRONG_ANSWER);
        assertThat(server.failure().message()).contains("has not answered its request 1 for a token");
    }

    @Test
    void endsOneWhoseTokenIsWaitedFor() throws Exception {
        List<String> silent = new ArrayList<>(inferenceServer());
        silent.add("silent");
        int port = freePort();
        run(Specifications.of(port, silent));
        await("listening", () -> {
            try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
        server.stop();
        server.awaitEnd();
        assertThat(server.state()).isEqualTo(ServerState.STOPPED);
    }

    @Test
    void aDefectWhileItIsLookedAtEndsItAndIsTold() throws Exception {
        Path pid = directory.resolve("pid");
        run(Specifications.withHealthPath(freePort(), withWorker(pid, "sleep 1000"), "/a b"));
        await("failed", () -> server.state() == ServerState.FAILED);
        server.awaitEnd();
        assertThat(server.failure()).isNotNull();
        assertThat(server.failure().message())
                .contains("a defect of this program")
                .contains("/a b");
        assertThat(!Files.exists(pid) || !isAlive(pid)).isTrue();
    }

    @Test
    void aContainerNeedsApptainerAndSaysSo() throws Exception {
        Path image = Files.createFile(directory.resolve("x.sif"));
        end();
        server = RunningServer.start(
                1,
                Specifications.inContainer(freePort(), List.of("true"), image),
                new ServerPlace(0, 0, "127.0.0.1", null),
                new ServerLauncher(Map.of("PATH", directory.toString())),
                ServerLog.open(directory.resolve("container.log")),
                MonotonicClock.SYSTEM,
                InstantSource.system(),
                () -> {});
        await("failed", () -> server.state() == ServerState.FAILED);
        assertThat(server.failure()).isNotNull();
        assertThat(server.failure().message()).contains("no apptainer in the PATH");
    }
}
