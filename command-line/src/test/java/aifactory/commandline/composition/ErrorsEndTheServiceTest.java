package aifactory.commandline.composition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An error in a thread that the service needs ends its process, whose exit code has systemd start it again; it then
 * continues.
 */
final class ErrorsEndTheServiceTest {
    private static final Path PACKAGING = Path.of("..", "packaging");
    private static final int ENDED_BY_ERROR = 70;
    private static final int ENDED_BY_VIRTUAL_MACHINE = 3;

    @TempDir
    Path directory = Path.of("");

    private Process start(String thread, String error, String... options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx96m"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FaultyServiceProcess.class.getName(),
                directory.toString(),
                thread,
                error));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("log").toFile())
                .start();
    }

    /**
     * What it says on standard output.
     *
     * @param address of its API
     * @param token for all of it
     */
    private record Served(String address, String token) {}

    private Served healthy(Process process) throws Exception {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String address = out.readLine();
        assertThat(address).as("%s", Files.readString(directory.resolve("log"))).isNotNull();
        Path token = Path.of(String.valueOf(out.readLine()));
        assertThat(health(address)).isEqualTo(200);
        return new Served(address, Files.readString(token).strip());
    }

    private static int health(String address) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(address + "/health"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static void arm(Process process) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    @ParameterizedTest(name = "{1} in {0}")
    @CsvSource({
        "state-writer,      memory",
        "state-writer,      stack",
        "state-writer,      linkage",
        "group-supervisor,  memory",
        "group-supervisor,  stack",
        "group-supervisor,  linkage",
        "request,           memory",
        "request's body,    linkage",
        "Jetty's scheduler, linkage"
    })
    void theProcessEnds(String thread, String error) throws Exception {
        Process process = start(thread, error);
        try {
            Served served = healthy(process);
            arm(process);
            knockUntilGone(process, served);
            assertThat(process.exitValue())
                    .as("%s", Files.readString(directory.resolve("log")))
                    .isEqualTo(ENDED_BY_ERROR);
            if (!error.equals("memory")) {
                // Memory may run out in another thread first.
                assertThat(directory.resolve("log"))
                        .content()
                        .contains("has ended", error.equals("stack") ? "StackOverflowError" : "NoClassDefFoundError");
            }
            if (!thread.contains(" ") && !thread.equals("request") && !error.equals("memory")) {
                assertThat(directory.resolve("log")).content().contains("The thread " + thread);
            }
        } finally {
            process.destroyForcibly();
        }
        if (thread.equals("state-writer") && error.equals("linkage")) {
            theNextOneGoesOn();
        }
    }

    private void theNextOneGoesOn() throws Exception {
        Process next = start("none", "none");
        try {
            healthy(next);
        } finally {
            next.destroyForcibly();
        }
    }

    /** A recursion that is too deep for what one request asks for is the end of that request. */
    @Test
    void anExhaustedStackOfARequestEndsTheRequestAlone() throws Exception {
        Process process = start("request's body", "stack");
        try {
            Served served = healthy(process);
            arm(process);
            try (HttpClient http = HttpClient.newHttpClient()) {
                int status = 0;
                for (int knock = 0; knock < 600 && status != 500; knock++) {
                    status = post(http, served);
                }
                assertThat(status).isEqualTo(500);
            }
            assertThat(health(served.address())).isEqualTo(200);
            assertThat(process.isAlive()).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static int post(HttpClient http, Served served) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create(served.address() + "/api/v1/client-group/1"))
                                .header("Authorization", "Bearer " + served.token())
                                .POST(HttpRequest.BodyPublishers.ofString("{"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /**
     * Gives work to each kind of thread: refusals to the writer of the audit, bodies of known clients to the request
     * threads.
     */
    private static void knockUntilGone(Process process, Served served) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int knock = 0; knock < 600 && !process.waitFor(100, TimeUnit.MILLISECONDS); knock++) {
                try {
                    http.send(
                            HttpRequest.newBuilder(URI.create(served.address() + "/api/v1/client-groups"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
                    post(http, served);
                } catch (IOException e) {
                    // It ends.
                }
            }
            http.shutdownNow();
        }
        assertThat(process.isAlive()).as("it still runs").isFalse();
    }

    @Test
    void theVirtualMachineEndsItWhereMemoryRunsOutAnywhere() throws Exception {
        Process process = start("group-supervisor", "memory", "-XX:+ExitOnOutOfMemoryError");
        try {
            Served served = healthy(process);
            arm(process);
            knockUntilGone(process, served);
            assertThat(process.exitValue()).isEqualTo(ENDED_BY_VIRTUAL_MACHINE);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void theLauncherStartsTheServiceSoAndSystemdStartsItAgain() throws Exception {
        Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        Path bin = Files.createDirectories(directory.resolve("product/bin"));
        Path launcher = Files.copy(PACKAGING.resolve("launcher/aifactory"), bin.resolve("aifactory"));
        ProcessBuilder builder = new ProcessBuilder("sh", launcher.toString(), "serve");
        builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
        Process process = builder.start();
        String options = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(options.lines()).contains("-XX:+ExitOnOutOfMemoryError", "serve");

        List<Path> units;
        try (var files = Files.walk(PACKAGING.resolve("share/systemd"))) {
            units = files.filter(file -> file.toString().endsWith(".service")).toList();
        }
        assertThat(units)
                .isNotEmpty()
                .allSatisfy(unit -> assertThat(Files.readAllLines(unit))
                        .contains("Restart=on-failure")
                        .noneMatch(line ->
                                line.startsWith("RestartPreventExitStatus") || line.startsWith("SuccessExitStatus")));
    }
}
