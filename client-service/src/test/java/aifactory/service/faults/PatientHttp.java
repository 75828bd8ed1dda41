package aifactory.service.faults;

import aifactory.protocol.JsonFormat;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Asks a service that may be dead until it answers, as clients and command line do. */
final class PatientHttp {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final KilledService service;
    private final Path tokenFile;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    PatientHttp(KilledService service, Path tokenFile) {
        this.service = service;
        this.tokenFile = tokenFile;
    }

    /** An answer; only those below 500 are. */
    record Told(int status, JsonNode json, String text) {}

    Told get(String path) throws InterruptedException {
        return ask("GET", path, null);
    }

    Told ask(String method, String path, @Nullable Object body) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                Told told = once(method, path, body);
                if (told.status() < 500) {
                    return told;
                }
            } catch (IOException e) {
                service.requireRunning();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        method + " " + path + " was not answered within " + PATIENCE.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Asks once. */
    Told once(String method, String path, @Nullable Object body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.address().resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + Files.readString(tokenFile).strip())
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(
                                        JsonFormat.mapper().writeValueAsBytes(body)))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        boolean json = response.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
        return new Told(
                response.statusCode(), JsonFormat.mapper().readTree(json ? response.body() : "{}"), response.body());
    }
}
