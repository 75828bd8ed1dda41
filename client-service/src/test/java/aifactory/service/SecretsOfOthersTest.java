package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.ServerFailure;
import aifactory.protocol.ServerReport;
import aifactory.protocol.ServerState;
import aifactory.service.access.RouteAccess;
import aifactory.service.http.ServedRoute;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Api;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.TestService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The read-only token shows no value of a header, nor of a server's environment, by any route. */
final class SecretsOfOthersTest {
    private static final String ENVIRONMENT = "hf-s3cr3t-of-the-environment";
    private static final String ARGUMENT = "sk-s3cr3t-of-the-arguments";
    private static final String HEADER = "s3cr3t-of-the-header";
    private static final int PORT = 61_201;

    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    @BeforeEach
    void start() {
        service = TestService.start(directory);
    }

    @AfterEach
    void end() {
        service.close();
    }

    private static ServerReport report(ServerState state, @Nullable ServerFailure failure) {
        return new ServerReport(
                "i",
                1,
                state,
                "7000",
                "gpu0",
                "127.0.0.1",
                "http://127.0.0.1:" + PORT,
                List.of("serve", "--api-key", ARGUMENT, "HF_TOKEN=" + ENVIRONMENT),
                null,
                1.0,
                failure);
    }

    private Answer tell(ServerReport report) {
        return service.api().as(service.secretOf(1)).post(TestService.group(1) + "/servers/0", report);
    }

    /** A run of a group with a server, which dies in it with its secrets on its lips. */
    private String runWithSecrets() throws IOException {
        service.create(
                        1,
                        new HashMap<>(Map.of(
                                "num_clients",
                                1,
                                "server",
                                Map.of(
                                        "command",
                                        List.of("serve", "--api-key", "{api_key}"),
                                        "arguments",
                                        Map.of("api_key", ARGUMENT),
                                        "environment",
                                        Map.of("HF_TOKEN", ENVIRONMENT),
                                        "port",
                                        PORT))))
                .expect(201);
        FakeClient client = service.connect(1, 0);
        Eventually.await(
                "the server is ready", () -> tell(report(ServerState.READY, null)), answer -> answer.status() == 200);
        service.awaitStatus(1, "ready");
        Files.writeString(
                directory.resolve("shared/logs/server_1_0.log"), "started with HF_TOKEN " + ENVIRONMENT + "\n");
        CompletableFuture<Answer> begun =
                service.run(1, Map.of("duration", "2s", "headers", Map.of("X-Tenant", HEADER)));
        client.prepare();
        String run = begun.join().expect(200).json().path("run_id").asString("");
        tell(report(
                        ServerState.FAILED,
                        new ServerFailure(
                                ServerFailure.Cause.ENDED,
                                "it ended: bad token " + ENVIRONMENT,
                                1,
                                List.of("401 for " + ENVIRONMENT),
                                1)))
                .expect(200);
        client.measure(run, 3);
        service.awaitEnd(run);
        return run;
    }

    @Test
    void noRouteShowsThem() throws IOException {
        String run = runWithSecrets();
        // Refusals are written down, with what was wrong.
        service.api()
                .post(TestService.group(1) + "/run", Map.of("headers", HEADER))
                .expect(422);
        service.api()
                .post(TestService.group(2), Map.of("num_clients", 1, "server", Map.of("environment", ENVIRONMENT)))
                .expect(422);
        service.api()
                .post(
                        TestService.group(2),
                        Map.of(
                                "num_clients",
                                1,
                                "server",
                                Map.of("command", List.of("a"), "environment", Map.of("HF_TOKEN", ENVIRONMENT + "\n"))))
                .expect(422);
        String cookie = service.api()
                .as(service.readOnlyToken())
                .post("/api/v1/session", "")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .replaceFirst(";.*", "");
        assertThat(service.api().get("/api/v1/journal").expect(200).text()).contains("submitting", "HF_TOKEN");
        int asked = 0;
        for (ServedRoute route : service.running().routes()) {
            boolean looks = route.access() == RouteAccess.READ || route.access() == RouteAccess.READ_OR_GROUP;
            // A stream of what the view of the group shows, without an end.
            if (!looks || !route.method().equals("GET") || route.path().endsWith("/events")) {
                continue;
            }
            String path =
                    route.path().replace("{id}", "1").replace("{run}", run).replace("{format}", "vllm");
            Api reader = service.api().as(service.readOnlyToken());
            hidesSecrets(reader.get(path));
            hidesSecrets(service.api().as(null).send("GET", path, null, Map.of("Cookie", cookie)));
            asked++;
        }
        assertThat(asked).isGreaterThan(15);
    }

    private static void hidesSecrets(Answer answer) {
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .as(answer.asked())
                .doesNotContain(ENVIRONMENT, ARGUMENT, HEADER);
    }
}
