package aifactory.service.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts the service and kills it with SIGKILL, at moments that the seed decides, as often as it is told. */
final class KilledService implements AutoCloseable {
    private static final int LONGEST_LIFE_MILLIS = 1_500;
    private static final double SHARE_KILLED_WHILE_STARTING = 0.2;

    private final Path directory;
    private final int port;
    private final Random random;
    private final int kills;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Thread killer = Thread.ofPlatform().name("killer").unstarted(this::killAgainAndAgain);
    private volatile int done;
    private volatile boolean closed;
    private volatile @Nullable Process process;
    private volatile @Nullable Exception failure;

    KilledService(Path directory, Random random, int kills) throws IOException {
        this.directory = directory;
        this.random = random;
        this.kills = kills;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** How often it was killed. */
    int killed() {
        return done;
    }

    boolean isLastLife() {
        return done >= kills;
    }

    void start() throws IOException {
        process = launch();
        killer.start();
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServiceProcessMain.class.getName(),
                        directory.toString(),
                        Integer.toString(port)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("service.txt").toFile()))
                .start();
    }

    private void killAgainAndAgain() {
        try {
            while (done < kills && !closed) {
                if (random.nextDouble() >= SHARE_KILLED_WHILE_STARTING) {
                    awaitHealthy();
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
                Process running = process;
                if (running != null) {
                    running.destroyForcibly().waitFor();
                }
                done++;
                process = launch();
            }
        } catch (IOException | InterruptedException e) {
            failure = e;
        }
    }

    private void awaitHealthy() throws InterruptedException {
        while (!closed) {
            try {
                http.send(
                        HttpRequest.newBuilder(address().resolve("/health"))
                                .timeout(Duration.ofSeconds(5))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
                return;
            } catch (IOException e) {
                requireRunning();
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /** Fails when the service has ended by itself. */
    void requireRunning() {
        Process running = process;
        if (failure != null) {
            throw new AssertionError("the killer failed", failure);
        }
        if (running != null && !running.isAlive() && running.exitValue() != 137) {
            throw new AssertionError(
                    "the service ended by itself with " + running.exitValue() + "; see service.txt in " + directory);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        killer.interrupt();
        killer.join();
        Process running = process;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
        http.shutdownNow();
    }
}
