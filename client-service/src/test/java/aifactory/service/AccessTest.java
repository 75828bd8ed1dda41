package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.protocol.CertificatePin;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.ServiceDiscovery;
import aifactory.service.access.RouteAccess;
import aifactory.service.access.SessionCookie;
import aifactory.service.composition.ClientService;
import aifactory.service.http.ServedRoute;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Api;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.SlowSockets;
import aifactory.service.testing.TestService;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No route gives access to an unauthorized caller. */
final class AccessTest {
    private static final Set<String> PUBLIC = Set.of(
            "GET /health",
            "GET /ready",
            "GET /docs",
            "GET /redoc",
            "GET /openapi.json",
            "GET /openapi.yaml",
            "DELETE /api/v1/session");

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

    /** The route with the group's and the run's real ids filled in. */
    private static String path(ServedRoute route, String runId) {
        return route.path()
                .replace("{id}", "1")
                .replace("{client}", "0")
                .replace("{run}", runId)
                .replace("{format}", "vllm")
                .replaceAll("[{<][a-z_]+[}>]", "x");
    }

    private static Answer ask(Api api, ServedRoute route, String runId) {
        byte[] body = route.method().equals("POST") ? new byte[] {'{', '}'} : null;
        return api.send(route.method(), path(route, runId), body, Map.of("Content-Type", "application/json"));
    }

    @Test
    void noRouteServesStrangersAndNothingChangesByTheirAsking() {
        List<FakeClient> clients = service.readyGroup(1, 1);
        service.create(2, Map.of("num_clients", 1)).expect(201);
        String runId = service.started(1, clients);
        clients.getFirst().measure(runId, 3);
        service.awaitRun(runId, "completed");
        service.awaitStatus(1, "ready");
        List<ServedRoute> routes = service.running().routes();
        assertThat(routes).hasSizeGreaterThan(20);
        String before = state();

        for (ServedRoute route : routes) {
            String name = route.method() + " " + route.path();
            if (route.access() == RouteAccess.PUBLIC) {
                assertThat(name)
                        .satisfiesAnyOf(
                                shown -> assertThat(PUBLIC).contains(shown),
                                shown -> assertThat(shown)
                                        .matches("GET /(|assets/.*|docs/.*|redoc/.*|dashboard.*|\\{.*|<.*)"));
                continue;
            }
            assertThat(ask(service.api().as(null), route, runId).status())
                    .as("%s without a token", name)
                    .isEqualTo(401);
            assertThat(ask(service.api().as("f".repeat(64)), route, runId).status())
                    .as("%s with a wrong token", name)
                    .isEqualTo(401);
            assertThat(ask(service.api().as(service.secretOf(2)), route, runId).status())
                    .as("%s with another group's secret", name)
                    .isEqualTo(401);
            if (route.access() == RouteAccess.WRITE || route.access() == RouteAccess.GROUP) {
                assertThat(ask(service.api().as(service.readOnlyToken()), route, runId)
                                .status())
                        .as("%s with the read-only token", name)
                        .isEqualTo(403);
            }
            if (route.access() == RouteAccess.WRITE || route.access() == RouteAccess.READ) {
                assertThat(ask(service.api().as(service.secretOf(1)), route, runId)
                                .status())
                        .as("%s with a group's secret", name)
                        .isEqualTo(401);
            }
        }
        assertThat(state()).isEqualTo(before);
    }

    private String state() {
        return service.api().get("/api/v1/client-groups").expect(200).text()
                + service.api().get("/api/v1/runs").expect(200).text();
    }

    @Test
    void onlyWhatIsMeantToBePublicIs() {
        service.api().as(null).get("/health").expect(200);
        service.api().as(null).get("/ready").expect(200);
        assertThat(service.api().as(null).get("/nothing/here").status()).isEqualTo(404);
    }

    @Test
    void whoMayLookSeesAndChangesNothing() {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        Api reader = service.api().as(service.readOnlyToken());
        reader.get(TestService.group(1)).expect(200);
        reader.get("/api/v1/journal").expect(200);
        assertThat(reader.delete(TestService.group(1)).expect(403).detail()).contains("read-only");
        reader.post(TestService.group(2), Map.of("num_clients", 1)).expect(403);
        assertThat(service.dispatcher().orders()).hasSize(1);
    }

    @Test
    void aTokenBuysASessionThatMayOnlyLook() {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        service.api().as(null).post("/api/v1/session", "").expect(401);
        Answer begun = service.api()
                .as(service.readOnlyToken())
                .post("/api/v1/session", "")
                .expect(201);
        String cookie = begun.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/").doesNotContain("Secure");
        String value = cookie.substring(0, cookie.indexOf(';'));
        assertThat(value).startsWith(SessionCookie.NAME + "=").doesNotContain(String.valueOf(service.readOnlyToken()));

        Api nobody = service.api().as(null);
        nobody.send("GET", TestService.group(1), null, Map.of("Cookie", value)).expect(200);
        nobody.send("DELETE", TestService.group(1), null, Map.of("Cookie", value))
                .expect(403);
        char last = value.charAt(value.length() - 1);
        String forged = value.substring(0, value.length() - 1) + (last == '0' ? '1' : '0');
        nobody.send("GET", TestService.group(1), null, Map.of("Cookie", forged)).expect(401);
        String prolonged = value.replaceFirst("=\\d+", "=99999999999");
        nobody.send("GET", TestService.group(1), null, Map.of("Cookie", prolonged))
                .expect(401);
        service.clock().advance(SessionCookie.LIFETIME.plusSeconds(1));
        nobody.send("GET", TestService.group(1), null, Map.of("Cookie", value)).expect(401);
    }

    private String session() {
        String cookie = service.api()
                .as(service.readOnlyToken())
                .post("/api/v1/session", "")
                .expect(201)
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private Answer looks(String cookie) {
        return service.api().as(null).send("GET", "/api/v1/client-groups", null, Map.of("Cookie", cookie));
    }

    @Test
    void aSessionCannotRenewItselfAndLastsNoLongerHoweverMuchItIsUsed() {
        String cookie = session();
        for (int hour = 0; hour < SessionCookie.LIFETIME.toHours(); hour++) {
            looks(cookie).expect(200);
            Answer renewal =
                    service.api().as(null).send("POST", "/api/v1/session", new byte[0], Map.of("Cookie", cookie));
            assertThat(renewal.expect(403).detail()).contains("cannot create another");
            assertThat(renewal.headers().firstValue("Set-Cookie")).isEmpty();
            service.clock().advance(Duration.ofHours(1));
        }
        looks(cookie).expect(401);
    }

    @Test
    void signingOutRevokesTheSessionOnTheServerAlsoAfterARestart() {
        String mine = session();
        String another = session();
        assertThat(mine).isNotEqualTo(another);
        String forged = mine.substring(0, mine.length() - 1) + (mine.endsWith("0") ? "1" : "0");
        service.api()
                .as(null)
                .send("DELETE", "/api/v1/session", null, Map.of("Cookie", forged))
                .expect(200);
        looks(mine).expect(200);

        service.api()
                .as(null)
                .send("DELETE", "/api/v1/session", null, Map.of("Cookie", mine))
                .expect(200);
        looks(mine).expect(401);
        looks(another).expect(200);
        service.killAndRestart();
        looks(mine).expect(401);
        looks(another).expect(200);
    }

    @Test
    void aStreamEndsWithItsSession() throws Exception {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        String cookie = session();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<InputStream> stream = client.send(
                    HttpRequest.newBuilder(service.address().resolve(TestService.group(1) + "/events"))
                            .header("Cookie", cookie)
                            .timeout(Duration.ofMinutes(1))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(stream.statusCode()).isEqualTo(200);
            assertThat(stream.body().read()).as("the stream is open").isGreaterThan(0);
            service.api()
                    .as(null)
                    .send("DELETE", "/api/v1/session", null, Map.of("Cookie", cookie))
                    .expect(200);
            assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
                    .as("all of it: it has ended though its group has not")
                    .contains("data:");
        }
    }

    @Test
    void aNewReadOnlyTokenEndsSessionsToo() throws IOException {
        String cookie = session();
        service.kill();
        Files.delete(directory.resolve("data/read-only-token"));
        service.restart();
        looks(cookie).expect(401);
    }

    @Test
    void filesWithSecretsAreTheirOwnersAlone() throws IOException {
        ClientService running = service.running();
        for (Path file : List.of(
                running.discoveryFile(),
                directory.resolve("data/token"),
                directory.resolve("data/read-only-token"),
                directory.resolve("data/service.db"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as("%s", file)
                    .isEqualTo("rw-------");
        }
        ServiceDiscovery discovery =
                JsonFormat.mapper().readValue(Files.readAllBytes(running.discoveryFile()), ServiceDiscovery.class);
        assertThat(discovery.url()).isEqualTo(service.address().toString());
        assertThat(discovery.processId()).isEqualTo(ProcessHandle.current().pid());
        assertThat(discovery.certificateSha256()).isNull();
    }

    @Test
    void aTokenThatOthersCanReadIsNotUsed() throws IOException {
        service.kill();
        Files.setPosixFilePermissions(directory.resolve("data/token"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(service::restart)
                .hasRootCauseInstanceOf(ServiceStartException.class)
                .hasMessageContaining("chmod 600");
        Files.setPosixFilePermissions(directory.resolve("data/token"), PosixFilePermissions.fromString("rw-------"));
        service.restart();
    }

    @Test
    void withoutAuthenticationEverybodyMayDoEverything() {
        service.close();
        try (TestService open = TestService.start(
                directory.resolve("open"),
                configuration -> configuration.withAuthentication(AuthenticationMode.NONE))) {
            assertThat(open.token()).isNull();
            open.create(1, Map.of("num_clients", 1)).expect(201);
            open.api().as(null).delete(TestService.group(1)).expect(200);
        }
    }

    @Test
    void tlsShowsTheCertificateThatTheDiscoveryFilePins() throws Exception {
        TlsFiles files = certificate("service");
        try (TestService encrypted = TestService.start(
                directory.resolve("tls"),
                configuration -> configuration.withTls(files).withLimits(SlowSockets.withoutIdleTimeout()))) {
            assertThat(encrypted.address().getScheme()).isEqualTo("https");
            ServiceDiscovery discovery = JsonFormat.mapper()
                    .readValue(Files.readAllBytes(encrypted.running().discoveryFile()), ServiceDiscovery.class);
            String pin = String.valueOf(discovery.certificateSha256());
            assertThat(status(encrypted.address(), pin)).isEqualTo(200);
            assertThatThrownBy(() -> status(encrypted.address(), "0".repeat(64)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another program may listen there");
            assertThatThrownBy(() -> status(encrypted.address(), null)).isInstanceOf(IOException.class);
            closesSlowSenders(encrypted, pin);
        }
    }

    private static void closesSlowSenders(TestService encrypted, String pin) throws IOException {
        int port = encrypted.address().getPort();
        try (Socket handshake = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket header = CertificatePin.context(pin)
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), port)) {
            // A record of 512 bytes, of which nothing comes.
            handshake.getOutputStream().write(new byte[] {22, 3, 1, 2, 0});
            header.getOutputStream().write("GET /health HTTP/1.1\r\nX: ".getBytes(StandardCharsets.ISO_8859_1));
            SlowSockets.awaitClosed(encrypted, handshake);
            SlowSockets.awaitClosed(encrypted, header);
        }
    }

    @Test
    void aKeyThatOthersCanReadIsNotUsed() throws Exception {
        TlsFiles files = certificate("open");
        Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() ->
                        TestService.start(directory.resolve("tls"), configuration -> configuration.withTls(files)))
                .hasMessageContaining("chmod 600");
    }

    private static int status(URI address, @Nullable String pin) throws IOException, InterruptedException {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30));
        if (pin != null) {
            builder.sslContext(CertificatePin.context(pin));
        }
        try (HttpClient client = builder.build()) {
            return client.send(
                            HttpRequest.newBuilder(address.resolve("/health")).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    /** Made by the JDK's own tool, which every machine that builds this has. */
    private TlsFiles certificate(String name) throws Exception {
        Path store = directory.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=elsewhere",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.txt").toFile())
                .start();
        assertThat(keytool.waitFor(120, TimeUnit.SECONDS)).isTrue();
        java.security.KeyStore keys = java.security.KeyStore.getInstance("PKCS12");
        try (var stream = Files.newInputStream(store)) {
            keys.load(stream, "changeit".toCharArray());
        }
        Path certificate = directory.resolve(name + ".crt");
        Path key = directory.resolve(name + ".key");
        Files.writeString(
                certificate, pem("CERTIFICATE", keys.getCertificate("a").getEncoded()));
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                key,
                pem("PRIVATE KEY", keys.getKey("a", "changeit".toCharArray()).getEncoded()));
        return new TlsFiles(certificate, key);
    }

    private static String pem(String kind, byte[] encoded) {
        return "-----BEGIN " + kind + "-----\n"
                + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END " + kind + "-----\n";
    }
}
