package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.protocol.GroupLogs;
import aifactory.protocol.GroupState;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.LogView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code aifactory logs ID --follow}, against a real service with client processes and against prepared responses. */
final class FollowedLogsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private InvocationHarness harness() {
        return new InvocationHarness(directory)
                .with("AIFACTORY_DATA_DIR", directory.resolve("data").toString());
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting for %s", what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static CompletableFuture<Outcome> inBackground(Supplier<Outcome> invocation) {
        return CompletableFuture.supplyAsync(
                invocation, task -> Thread.ofPlatform().start(task));
    }

    private CompletableFuture<Outcome> serve(InvocationHarness service, int port) {
        CompletableFuture<Outcome> serving = inBackground(
                () -> service.run("serve", "--port", String.valueOf(port), "--ai-server", "http://127.0.0.1:1"));
        Path discovery = directory.resolve("data/service.json");
        await("the service", () -> Files.exists(discovery) || serving.isDone());
        assertThat(serving).as("%s", serving.getNow(null)).isNotDone();
        return serving;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String text(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theLinesOfAllProcessesAreFollowedOverARestartAndATruncationToTheEnd() throws Exception {
        int port = freePort();
        InvocationHarness service = harness();
        CompletableFuture<Outcome> serving = serve(service, port);
        assertThat(harness().run("group", "create", "7", "--num-clients", "2").exitCode())
                .isZero();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CompletableFuture<Outcome> following =
                inBackground(() -> harness().runInto(out, "logs", "7", "--follow", "--lines", "500"));
        await(
                "lines of both clients",
                () -> text(out).contains(" client-0 ") && text(out).contains(" client-1 "));
        Outcome ready = harness().run("wait", "7", "--for", "ready", "--timeout", "2m");
        assertThat(ready.exitCode()).as(ready.err()).isZero();

        service.interruption().request();
        serving.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Path log = directory.resolve("data/shared/logs/client_dispatcher_7.out");
        Files.writeString(log, "written while no service ran\nhalf", StandardOpenOption.APPEND);
        InvocationHarness next = harness();
        CompletableFuture<Outcome> servingAgain = serve(next, port);
        await("the line of the meantime", () -> text(out).contains("written while no service ran"));
        Files.writeString(log, " and half\n", StandardOpenOption.APPEND);
        await("the completed line", () -> text(out).contains("half and half"));
        Files.writeString(log, "new\n", StandardOpenOption.TRUNCATE_EXISTING);
        await("the truncated file", () -> text(out).contains(".out: new\n"));

        Outcome deleted = harness().run("group", "delete", "7");
        assertThat(deleted.exitCode()).as(deleted.err()).isZero();
        Outcome followed = following.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        next.interruption().request();
        servingAgain.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(followed.exitCode()).as(followed.err()).isZero();
        assertThat(followed.err()).contains("client_dispatcher_7.out was truncated", "the job of group 7 has ended");
        List<String> lines = followed.out().lines().toList();
        assertThat(lines).allMatch(line -> line.startsWith("client_dispatcher_7."));
        List<String> errors = Files.readAllLines(directory.resolve("data/shared/logs/client_dispatcher_7.err"));
        assertThat(lines.stream()
                        .filter(line -> line.startsWith("client_dispatcher_7.err: "))
                        .map(line -> line.substring("client_dispatcher_7.err: ".length())))
                .as("each line of the clients once")
                .containsExactlyElementsOf(errors);
        assertThat(lines.stream().filter(line -> line.contains(".out: ")))
                .containsExactly(
                        "client_dispatcher_7.out: written while no service ran",
                        "client_dispatcher_7.out: half and half",
                        "client_dispatcher_7.out: new");
    }

    private static GroupLogs logs(@Nullable String jobId, GroupState state, LogView... files) {
        return new GroupLogs(7, jobId, state, List.of(files), List.of(), List.of("tail -F /logs/7.out"));
    }

    private Outcome runAgainst(StubService service, String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--service=" + service.address();
        return new InvocationHarness(directory).run(all);
    }

    @Test
    void aGroupThatHasEndedIsFollowedToItsEndAndTheProgramReadsObjects() throws Exception {
        try (StubService service = new StubService()) {
            service.on(
                    "GET /api/v1/client-group/7/logs",
                    logs("41", GroupState.ENDED, new LogView("/logs/7.out", 6, null, List.of("one", "a\"b"), 6L)));
            Outcome outcome = runAgainst(service, "logs", "7", "--follow", "--json", "--verbose");

            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(outcome.out().lines().limit(2))
                    .map(JsonFormat.mapper()::readTree)
                    .allSatisfy(line -> assertThat(line.path("path").asString()).isEqualTo("/logs/7.out"))
                    .extracting(line -> line.path("line").asString())
                    .containsExactly("one", "a\"b");
            assertThat(outcome.err()).contains("$ tail -F /logs/7.out", "the job of group 7 has ended");
            assertThat(service.questions()).contains("GET /api/v1/client-group/7/logs?offsets=6");
        }
    }

    @Test
    void anInterruptionEndsIt() throws Exception {
        try (StubService service = new StubService()) {
            service.on(
                    "GET /api/v1/client-group/7/logs",
                    logs("41", GroupState.RUNNING, new LogView("/logs/7.out", 4, null, List.of(), 4L)));
            InvocationHarness harness = new InvocationHarness(directory);
            CompletableFuture<Outcome> following =
                    inBackground(() -> harness.run("logs", "7", "--follow", "--service=" + service.address()));
            await("polls", () -> service.questions().size() > 2);
            harness.interruption().request();
            assertThat(following.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).exitCode())
                    .isEqualTo(130);
        }
    }

    @Test
    void followingRequiresAGroupAndAServiceThatKnowsOffsets() throws Exception {
        try (StubService service = new StubService()) {
            Outcome without = runAgainst(service, "logs", "--follow");
            assertThat(without.exitCode()).isEqualTo(2);
            assertThat(without.err()).contains("requires the id of a group");

            assertThat(runAgainst(service, "logs", "7", "--follow").exitCode())
                    .as("an unknown group")
                    .isEqualTo(2);

            service.on(
                    "GET /api/v1/client-group/7/logs",
                    Map.of(
                            "benchmark_id",
                            7,
                            "job_id",
                            "41",
                            "status",
                            "running",
                            "files",
                            List.of(Map.of("path", "/logs/7.out", "size_bytes", 0, "lines", List.of())),
                            "findings",
                            List.of(),
                            "native_commands",
                            List.of()));
            Outcome old = runAgainst(service, "logs", "7", "--follow");
            assertThat(old.exitCode()).isEqualTo(4);
            assertThat(old.err()).contains("update it");
        }
    }
}
