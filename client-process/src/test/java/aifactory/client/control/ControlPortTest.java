package aifactory.client.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.client.ClientProcessConfiguration;
import aifactory.client.delivery.SpoolLimits;
import aifactory.client.testing.Eventually;
import aifactory.client.testing.FakeClientService;
import aifactory.client.testing.FakeLoadGenerator;
import aifactory.client.testing.FakeLoadGenerator.FakeLoad;
import aifactory.client.testing.Orders;
import aifactory.client.testing.RunningClient;
import aifactory.node.NodeExitCode;
import aifactory.node.environment.NodeProblemException;
import aifactory.protocol.ClientCommand.Kind;
import aifactory.protocol.JsonFormat;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The control port of a whole client process with a token. */
class ControlPortTest {
    private static final String TOKEN = "the-groups-token";
    private static final Map<String, String> JOB =
            Map.of("SLURM_JOB_ID", "4711", "SLURMD_NODENAME", "node17", "SLURM_NTASKS", "2");

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final FakeLoadGenerator generator = new FakeLoadGenerator();
    private final FakeClientService service = new FakeClientService(1);
    private Path secretFile;
    private RunningClient client;
    private URI port;

    @BeforeEach
    void startClient() throws Exception {
        secretFile = Files.writeString(directory.resolve("secret"), TOKEN);
        Files.setPosixFilePermissions(secretFile, PosixFilePermissions.fromString("rw-------"));
        client = RunningClient.start(
                RunningClient.configuration(
                        List.of(service.uri()), RunningClient.TIMINGS, SpoolLimits.DEFAULTS, secretFile),
                JOB,
                generator);
        Eventually.until(
                "the client is registered", () -> !service.received("commands").isEmpty());
        port = URI.create(service.registrations().getFirst().clientAddress());
    }

    @AfterEach
    void close() {
        client.close();
        service.close();
        http.close();
    }

    @ParameterizedTest
    @CsvSource({"GET,/status", "GET,/metrics", "POST,/run", "POST,/stop", "POST,/observer"})
    void everythingButHealthNeedsTheGroupsToken(String method, String path) throws Exception {
        for (String authorization : new @Nullable String[] {null, "Bearer wrong", "Bearer ", "Basic " + TOKEN}) {
            HttpResponse<String> refused = send(method, path, "{}", authorization);
            assertThat(refused.statusCode()).as("with %s", authorization).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(json(refused).get("detail").asString()).contains("Authorization: Bearer TOKEN");
        }
        assertThat(service.received(path.substring(1)))
                .as("no order reached the service")
                .isEmpty();
        assertThat(send(method, path, "{}", "Bearer " + TOKEN).statusCode()).isLessThan(300);
    }

    @Test
    void healthIsForEverybody() throws Exception {
        HttpResponse<String> answer = send("GET", "/health", null, null);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("status").asString()).isEqualTo("healthy");
    }

    @Test
    void tellsItsStatus() throws Exception {
        service.order(Orders.prepare("run-1"));
        Eventually.until("the client is armed", () -> !service.armed().isEmpty());
        JsonNode status = json(authorized("GET", "/status", null));

        assertThat(status.get("benchmark_id").asLong()).isEqualTo(1);
        assertThat(status.get("num_clients").asInt()).isEqualTo(2);
        assertThat(status.get("server_addr").asString()).isEqualTo("http://127.0.0.1:8000");
        assertThat(status.get("client_service_addr").asString())
                .isEqualTo(service.uri().toString());
        assertThat(status.get("local_address").asString()).isEqualTo(port.toString());
        assertThat(status.get("created_at").asString()).endsWith("Z");
        assertThat(status.get("state").asString()).isEqualTo("armed");
        assertThat(status.get("run_id").asString()).isEqualTo("run-1");
        assertThat(status.get("client_id").asInt()).isZero();
        assertThat(status.get("node").asString()).isEqualTo("node17");
        assertThat(status.get("job_id").asString()).isEqualTo("4711");
        assertThat(status.get("clock_uncertainty_ms").asDouble()).isPositive();
    }

    @Test
    void showsTheEarlierSystemsMetrics() throws Exception {
        service.order(Orders.prepare("run-1"));
        Eventually.until("the client is armed", () -> !service.armed().isEmpty());
        service.order(Kind.START, "run-1", System.nanoTime());
        FakeLoad load = generator.awaitLoad(0);
        load.awaitStart();
        load.deliver(0, 7);
        Eventually.until(
                "the interval is delivered", () -> !service.durable("run-1").isEmpty());

        HttpResponse<String> answer = authorized("GET", "/metrics", null);

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body().lines())
                .contains(
                        "# TYPE client_requests_total counter",
                        "client_requests_total{benchmark_id=\"1\",client=\"0\"} 7",
                        "client_requests_success{benchmark_id=\"1\",client=\"0\"} 7",
                        "client_requests_failed{benchmark_id=\"1\",client=\"0\"} 0",
                        "# TYPE client_latency_seconds summary",
                        "client_latency_seconds{benchmark_id=\"1\",client=\"0\",quantile=\"0.5\"} 0.25",
                        "client_latency_seconds_sum{benchmark_id=\"1\",client=\"0\"} 1.75",
                        "client_latency_seconds_count{benchmark_id=\"1\",client=\"0\"} 7",
                        "client_tokens_per_second{benchmark_id=\"1\",client=\"0\"} 140.0",
                        "client_active_connections{benchmark_id=\"1\",client=\"0\"} 3",
                        "client_group_status_info{benchmark_id=\"1\",client=\"0\",status=\"running\"} 1");
    }

    @Test
    void exposesEveryMetricThatTheMonitoringFilesName() throws Exception {
        List<String> named = new ArrayList<>();
        for (String file : List.of("grafana-dashboard.json", "rules.yaml")) {
            Matcher names = Pattern.compile("\\bclient_[a-z_]+")
                    .matcher(Files.readString(Path.of("..", "docs", "monitoring", file)));
            while (names.find()) {
                named.add(names.group());
            }
        }
        assertThat(named).as("metrics in docs/monitoring").hasSizeGreaterThan(15);
        service.order(Orders.prepare("run-1"));
        Eventually.until("the client is armed", () -> !service.armed().isEmpty());
        service.order(Kind.START, "run-1", System.nanoTime());
        FakeLoad load = generator.awaitLoad(0);
        load.awaitStart();
        load.deliver(0, 7);

        Eventually.until("the exposition has " + named, () -> exposedNames().containsAll(named));
    }

    private Set<String> exposedNames() {
        try {
            return authorized("GET", "/metrics", null)
                    .body()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("[{ ]", 2)[0])
                    .collect(Collectors.toSet());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void passesOrdersOnToTheService() throws Exception {
        HttpResponse<String> run = authorized("POST", "/run", "{\"concurrency\": 4}");
        assertThat(run.statusCode()).isEqualTo(200);
        assertThat(json(run).get("status").asString()).isEqualTo("started");
        assertThat(json(run).get("num_clients").asInt()).isEqualTo(2);
        FakeClientService.Received received = service.received("run").getFirst();
        assertThat(new String(received.body(), StandardCharsets.UTF_8)).isEqualTo("{\"concurrency\": 4}");
        assertThat(received.authorization()).isEqualTo("Bearer " + TOKEN);

        authorized("POST", "/run", null);
        assertThat(new String(service.received("run").getLast().body(), StandardCharsets.UTF_8))
                .as("no body means the default load")
                .isEqualTo("{}");

        assertThat(authorized("POST", "/observer", "{\"ip_address\":\"10.0.0.1\",\"port\":\"9\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(json(authorized("POST", "/stop", null)).get("status").asString())
                .isEqualTo("stopped");
        assertThat(service.received("stop")).hasSize(1);
    }

    @Test
    void passesTheServicesRefusalBack() throws Exception {
        service.fail("run", 1, 409, "1 of 2 clients have registered");
        service.fail("stop", 1, 409, "no run is active");

        HttpResponse<String> run = authorized("POST", "/run", "{}");
        assertThat(run.statusCode()).isEqualTo(409);
        assertThat(json(run).get("status").asString()).isEqualTo("error");
        assertThat(json(run).get("num_clients").asInt()).isEqualTo(2);
        assertThat(json(run).get("detail").asString()).isEqualTo("1 of 2 clients have registered");
        assertThat(authorized("POST", "/stop", null).statusCode()).isEqualTo(409);
    }

    @Test
    void stopsItsOwnLoadWhenTheServiceIsAway() throws Exception {
        service.order(Orders.prepare("run-1"));
        Eventually.until("the client is armed", () -> !service.armed().isEmpty());
        service.order(Kind.START, "run-1", System.nanoTime());
        FakeLoad load = generator.awaitLoad(0);
        load.awaitStart();
        service.goAway();

        HttpResponse<String> stop = authorized("POST", "/stop", null);

        assertThat(json(stop).get("detail").asString()).contains("only this client's load");
        assertThat(load.isStopped()).isTrue();
        assertThat(authorized("POST", "/run", "{}").statusCode()).isEqualTo(502);
    }

    @Test
    void refusesWhatItDoesNotServe() throws Exception {
        assertThat(authorized("GET", "/", null).statusCode()).isEqualTo(404);
        assertThat(authorized("GET", "/status/../../etc/passwd", null).statusCode())
                .isEqualTo(404);
        HttpResponse<String> wrongMethod = authorized("GET", "/run", null);
        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(wrongMethod.headers().firstValue("Allow")).hasValue("POST");
        assertThat(authorized("POST", "/run", "x".repeat(300_000)).statusCode()).isEqualTo(413);
        assertThat(service.received("run")).isEmpty();
    }

    @Test
    void everyRequestToTheServiceCarriesTheToken() {
        for (String route : List.of("connect", "commands")) {
            assertThat(service.received(route))
                    .isNotEmpty()
                    .allSatisfy(received -> assertThat(received.authorization()).isEqualTo("Bearer " + TOKEN));
        }
    }

    @Test
    void listensAtTheRoutedAddressAlone() {
        assertThat(port.getHost()).isEqualTo("127.0.0.1");
    }

    @Test
    void takesAFreePortAndRegistersItWhenThePreferredOneIsTaken() throws Exception {
        ClientProcessConfiguration base = RunningClient.configuration(
                List.of(service.uri()), RunningClient.TIMINGS, SpoolLimits.DEFAULTS, secretFile);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ClientProcessConfiguration configuration = new ClientProcessConfiguration(
                    base.serviceAddresses(),
                    base.aiServers(),
                    1,
                    taken.getLocalPort(),
                    secretFile,
                    false,
                    null,
                    null,
                    base.spoolLimits(),
                    base.timings());
            try (RunningClient _ = RunningClient.start(configuration, JOB, generator)) {
                Eventually.until("it registers", () -> service.registrations().size() == 2);
                URI registered = URI.create(service.registrations().getLast().clientAddress());

                assertThat(registered.getPort()).isNotEqualTo(taken.getLocalPort());
                assertThat(http.send(
                                        HttpRequest.newBuilder(registered.resolve("/health"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void anAddressThatCannotBeListenedAtIsRefusedByName() {
        assertThatThrownBy(() -> ControlPort.listen(InetAddress.ofLiteral("192.0.2.1"), 9000))
                .isInstanceOf(NodeProblemException.class)
                .hasMessageContaining("192.0.2.1")
                .hasMessageContaining("9000");
    }

    @Test
    void aSecretFileThatIsOpenToOthersEndsTheProcess() throws Exception {
        Files.setPosixFilePermissions(secretFile, PosixFilePermissions.fromString("rw-r--r--"));
        try (RunningClient open = RunningClient.start(
                RunningClient.configuration(List.of(service.uri()), RunningClient.TIMINGS),
                Map.of("AIFACTORY_GROUP_SECRET_FILE", secretFile.toString()),
                generator)) {
            assertThat(open.awaitExit()).isEqualTo(NodeExitCode.REFUSED);
        }
        assertThat(service.registrations()).hasSize(1);
    }

    private HttpResponse<String> authorized(String method, String path, @Nullable String body) throws Exception {
        return send(method, path, body, "Bearer " + TOKEN);
    }

    private HttpResponse<String> send(String method, String path, @Nullable String body, @Nullable String authorization)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(port.resolve(path));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        request.method(
                method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonFormat.mapper().readTree(response.body());
    }
}
