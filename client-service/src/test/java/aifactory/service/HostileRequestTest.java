package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.JsonFormat;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.Measurements;
import aifactory.service.testing.TestService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A malicious caller with a group's secret, with the read-only token, or without a token: other users are not affected.
 */
class HostileRequestTest {
    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() {
        service = TestService.start(directory, this::with);
    }

    /** Where the state is kept, for instance. */
    ClientServiceConfiguration with(ClientServiceConfiguration configuration) {
        return configuration;
    }

    @AfterEach
    void end() {
        http.shutdownNow();
        service.close();
    }

    private HttpResponse<String> send(
            @Nullable String token, String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service.address() + path))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        for (int header = 0; header < headers.length; header += 2) {
            request.header(headers[header], headers[header + 1]);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void everybodyIsServed() {
        for (String path : List.of(
                "/api/v1/client-groups",
                "/api/v1/client-group/1",
                "/api/v1/client-group/2",
                "/api/v1/jobs?deleted=10",
                "/api/v1/runs",
                "/api/v1/journal?limit=1000",
                "/api/v1/client-groups/targets",
                "/metrics")) {
            assertThat(send(service.token(), "GET", path, new byte[0]).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
    }

    /** Texts that are legal JSON, or nearly, and that something further in might stumble over. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\ud800",
                "\\udc00",
                "\\ud800x",
                "x\\uD83D",
                "\\udc00\\ud800",
                "\\ud800\\ud800\\udc00",
                "\\u0000",
                "a\\u0000b",
                "\\ud83d\\ude00",
                "\\u001b[2J",
                "\\u202e",
                "\\uffff",
                "RAW:EDA080",
                "RAW:EDBFBF",
                "RAW:00",
                "RAW:FF",
                "RAW:C080",
                "RAW:F5808080",
                "' OR 1=1 --",
                "%s%n",
                "${jndi:ldap://x/}",
                "\\\\u0041"
            })
    void noTextOfOneGroupKeepsOthersFromTheirs(String text) {
        // More than register below: its runs are checked and then refused.
        service.create(1, Map.of("num_clients", 9)).expect(201);
        List<FakeClient> others = service.readyGroup(2, 1);
        String secret = service.secretOf(1);
        String run = "/api/v1/client-group/1/run";
        List<byte[]> bodies = new ArrayList<>();
        for (String member : List.of("node", "job_id", "instance", "version", "client_address")) {
            String address = member.equals("client_address") ? "TEXT" : "http://127.0.0.1:9000";
            String rest = member.equals("client_address") ? "" : ",\"" + member + "\":\"TEXT\"";
            send(
                    secret,
                    "POST",
                    "/api/v1/client-group/1/connect",
                    filled("{\"client_address\":\"" + address + "\"" + rest + "}", text));
        }
        send(
                secret,
                "POST",
                "/api/v1/client-group/1/connect",
                filled("{\"client_address\":\"http://127.0.0.1:9001\",\"addresses\":[\"TEXT\"]}", text));
        send(secret, "POST", "/api/v1/client-group/1/connect", filled("{\"TEXT\":1}", text));
        bodies.add(filled("{\"duration\":\"2s\",\"headers\":{\"X\":\"TEXT\"}}", text));
        bodies.add(filled("{\"duration\":\"TEXT\"}", text));
        bodies.add(filled("{\"duration\":\"2s\",\"model\":\"TEXT\"}", text));
        List<Integer> statuses = bodies.stream()
                .map(body -> send(secret, "POST", run, body).statusCode())
                .toList();
        assertThat(statuses).allMatch(status -> status == 409 || status == 422);
        // Control characters are refused, too, once the group is ready.
        boolean modelIsRefused = statuses.getLast() == 422 || text.contains("\\u0");
        send(secret, "POST", "/api/v1/client-group/1/stop", new byte[0]);
        send(
                secret,
                "POST",
                "/api/v1/client-group/1/servers/0",
                filled(
                        "{\"instance\":\"TEXT\",\"generation\":1,\"state\":\"starting\",\"host\":\"TEXT\",\"command\":[\"TEXT\"]}",
                        text));
        send(
                service.token(),
                "POST",
                "/api/v1/client-group/3",
                filled("{\"num_clients\":1,\"partition\":\"TEXT\"}", text));
        everybodyIsServed();

        // The run of another group, one of whose clients cannot take part, for a reason of that text.
        Map<String, Object> workload =
                modelIsRefused ? Map.of("duration", "2s") : Map.of("duration", "2s", "model", unescaped(text));
        var began = service.run(2, workload);
        String runId = String.valueOf(others.getFirst()
                .await(aifactory.protocol.ClientCommand.Kind.PREPARE, null)
                .runId());
        send(
                service.secretOf(2),
                "POST",
                others.getFirst().path("armed"),
                filled("{\"run_id\":\"" + runId + "\",\"error\":\"TEXT\"}", text));
        send(
                service.secretOf(2),
                "POST",
                others.getFirst().path("armed"),
                filled("{\"run_id\":\"" + runId + "\",\"error\":\"no\"}", ""));
        assertThat(began.join().status()).isEqualTo(409);
        everybodyIsServed();
        service.killAndRestart();
        service.awaitRun(runId, "failed");
        everybodyIsServed();
        for (long id : new long[] {1, 2}) {
            service.api().delete(TestService.group(id)).expect(200);
        }
    }

    private static String unescaped(String text) {
        return JsonFormat.mapper().readValue('"' + text + '"', String.class);
    }

    private static byte[] filled(String json, String text) {
        if (!text.startsWith("RAW:")) {
            return json.replace("TEXT", text).getBytes(StandardCharsets.UTF_8);
        }
        String raw = new String(java.util.HexFormat.of().parseHex(text.substring(4)), StandardCharsets.ISO_8859_1);
        return json.replace("TEXT", raw).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aBatchWithATextThatIsNoneIsRefusedAndTheRunGoesOn() {
        List<FakeClient> clients = service.readyGroup(1, 1);
        String runId = service.started(1, clients);
        String batch = JsonFormat.mapper()
                .writeValueAsString(Measurements.batch(runId, 0, 0, 2, 1))
                .replace("connection_refused", "\\ud800");
        assertThat(send(
                                service.secretOf(1),
                                "POST",
                                clients.getFirst().path("batches"),
                                batch.getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(422);
        clients.getFirst().measure(runId, 3);
        service.awaitRun(runId, "completed");
        service.summary(runId);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"num_clients\":1,\"num_clients\":2}",
                "{\"num_clients\":1} {\"num_clients\":2}",
                "{\"num_clients\":1e999}",
                "{\"num_clients\":99999999999999999999}",
                "{\"num_clients\":-1}",
                "{\"num_clients\":NaN}",
                "{\"num_clients\":1.5}",
                "{\"num_clients\":\"1\"}",
                "{\"num_clients\":2147483648}",
                "[1]",
                "null",
                "1",
                "\"x\"",
                "{\"num_clients\":1,\"time_limit\":-5}",
                "{\"num_clients\":1,\"ai_servers\":[\"file:///etc/passwd\"]}",
                "{\"num_clients\":1,\"ai_servers\":[null]}",
                "{\"num_clients\":1,\"ai_servers\":{\"a\":1}}",
                "{\"num_clients\":",
                "{'num_clients':1}",
                "/*x*/{\"num_clients\":1}"
            })
    void whatHasMoreThanOneMeaningIsRefused(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        assertThat(send(service.token(), "POST", "/api/v1/client-group/1", bytes)
                        .statusCode())
                .isEqualTo(422);
        assertThat(send(service.token(), "POST", "/api/v1/client-groups", bytes).statusCode())
                .isEqualTo(422);
        for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-32")) {
            assertThat(send(
                                    service.token(),
                                    "POST",
                                    "/api/v1/client-group/1",
                                    "{\"num_clients\":1}".getBytes(java.nio.charset.Charset.forName(charset)))
                            .statusCode())
                    .as(charset)
                    .isEqualTo(422);
        }
        assertThat(service.dispatcher().orders()).isEmpty();
    }

    @Test
    void deepBodiesAreRefusedAndHarmNothing() {
        for (String open : List.of("[", "{\"a\":")) {
            byte[] body = open.repeat(100_000).getBytes(StandardCharsets.UTF_8);
            assertThat(send(service.token(), "POST", "/api/v1/client-group/1", body)
                            .statusCode())
                    .isEqualTo(422);
            assertThat(send(service.token(), "POST", "/api/v1/client-groups", body)
                            .statusCode())
                    .isEqualTo(422);
        }
        service.api().get("/health").expect(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/journal?run_id=%00",
                "/api/v1/journal?event=a%0d%0ab",
                "/api/v1/journal?actor=%1b[2J",
                "/api/v1/journal?limit=+1",
                "/api/v1/journal?limit=%2B1",
                "/api/v1/journal?limit=%D9%A1",
                "/api/v1/journal?limit=99999999999999999999",
                "/api/v1/journal?limit=1&limit=2",
                "/api/v1/journal?limit=1&LIMIT=&limit=",
                "/api/v1/runs?offset=-1",
                "/api/v1/runs?benchmark_id=1e3",
                "/api/v1/client-group/%2B1",
                "/api/v1/client-group/%D9%A1",
                "/api/v1/client-group/-1",
                "/api/v1/client-group/0x1",
                "/api/v1/client-group/1%20",
                "/api/v1/client-group/2147483648",
                "/api/v1/plan?num_clients=0",
                "/api/v1/jobs?deleted=1001"
            })
    void parametersHaveOneSpellingAndOneValue(String path) {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        assertThat(send(service.token(), "GET", path, new byte[0]).statusCode()).isEqualTo(422);
    }

    @Test
    void noMethodPassesTheToken() {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        for (String method :
                List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X")) {
            for (String path : List.of(
                    "/api/v1/client-group/1", "/api/v1/client-groups", "/api/v1/runs", "/api/v1/cleanup", "/metrics")) {
                for (String token : new String[] {null, "wrong", service.readOnlyToken(), service.secretOf(1)}) {
                    HttpResponse<String> answer = send(
                            token,
                            method,
                            path,
                            "{\"num_clients\":1}".getBytes(StandardCharsets.UTF_8),
                            "X-HTTP-Method-Override",
                            "DELETE",
                            "X-Forwarded-For",
                            "127.0.0.1",
                            "X-Original-URL",
                            "/api/v1/cleanup");
                    boolean looks = (method.equals("GET") || method.equals("HEAD"))
                            && (String.valueOf(token).equals(service.readOnlyToken())
                                    || (String.valueOf(token).equals(service.secretOf(1)) && path.endsWith("/1")));
                    assertThat(answer.statusCode() / 100)
                            .as("%s %s with %s: %s", method, path, token, answer.body())
                            .isIn(looks ? List.of(2, 4) : List.of(4));
                }
            }
        }
        assertThat(service.show(1).info().numClients()).isEqualTo(1);
        assertThat(service.dispatcher().orders()).hasSize(1);
    }

    /** Callers at once who create, run, stop, look at and delete the same few groups. */
    @Test
    void whateverComesAtTheSameTimeNothingFailsAndNothingIsLeft() throws Exception {
        int callers = 12;
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            Random random = new Random(caller);
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    begin.await();
                    for (int step = 0; step < 25; step++) {
                        long id = 1L + random.nextInt(2);
                        String group = TestService.group(id);
                        Answer answer = switch (random.nextInt(7)) {
                            case 0, 1 -> service.create(id, Map.of("num_clients", 1));
                            case 2 -> service.api().delete(group);
                            case 3 -> service.api().post(group + "/run?when=ready", Map.of("duration", "2s"));
                            case 4 -> service.api().post(group + "/stop", "");
                            case 5 -> service.api().post(group + "/connect", FakeClient.registration(0));
                            default -> service.api().get(group);
                        };
                        if (answer.status() >= 500) {
                            failures.add(answer.asked() + ": " + answer.status() + " " + answer.text());
                        }
                    }
                } catch (InterruptedException | RuntimeException | AssertionError e) {
                    failures.add(String.valueOf(e));
                }
            }));
        }
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        for (long id = 1; id <= 2; id++) {
            String group = TestService.group(id);
            Eventually.await(
                    "it is deleted",
                    () -> service.api().delete(group).status(),
                    status -> status == 200 || status == 404);
        }
        assertThat(service.api()
                        .get("/api/v1/client-groups")
                        .expect(200)
                        .json()
                        .path("count")
                        .asInt(-1))
                .isZero();
        service.killAndRestart();
        assertThat(service.api()
                        .get("/api/v1/client-groups")
                        .expect(200)
                        .json()
                        .path("count")
                        .asInt(-1))
                .isZero();
        Eventually.await(
                "every run has ended",
                () -> service.api().get("/api/v1/runs?limit=1000").expect(200).text(),
                text -> !text.contains("\"queued\"") && !text.contains("\"arming\""));
    }

    /** The earlier system's route creates and runs in one: what cannot run leaves no job behind. */
    @Test
    void aGroupWhoseRunIsRefusedIsNotLeftBehind() {
        HttpResponse<String> answer = send(
                service.token(),
                "POST",
                "/api/v1/client-groups",
                "{\"service_id\":\"http://127.0.0.1:1\",\"num_clients\":1,\"time_limit\":5,\"duration_seconds\":86400}"
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
        assertThat(service.api()
                        .get("/api/v1/client-groups")
                        .expect(200)
                        .json()
                        .path("count")
                        .asInt(-1))
                .isZero();
        assertThat(service.dispatcher().cancelled()).hasSize(1);
    }
}
