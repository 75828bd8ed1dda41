package aifactory.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import aifactory.access.AiServerException.Kind;
import aifactory.workload.ServerAccess;
import aifactory.workload.TlsSettings;
import aifactory.workload.WorkloadSpecification;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class AiServerProbeTest {
    private static final String MODELS =
            "{\"data\": [{\"id\": \"llama-3\", \"max_model_len\": 4096}, {\"id\": \"qwen-2\"}]}";
    private static final Map<String, String> KEY = Map.of("authorization", "Bearer secret-key");
    /** Long enough for a loaded machine, short enough for a test. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final List<Duration> pauses = new ArrayList<>();

    private AiServerProbe probe(Map<String, String> headers, AiServerProbe.Patience patience) {
        return new AiServerProbe(TlsContexts.forClient(null), headers, patience, pauses::add);
    }

    private AiServerException refusal(ScriptedServer.Script script, Map<String, String> headers) throws IOException {
        try (ScriptedServer server = new ScriptedServer(script)) {
            return refusal(server.address(), null, headers);
        }
    }

    private AiServerException refusal(URI address, @Nullable TlsSettings tls, Map<String, String> headers) {
        AiServerProbe.Patience patience = new AiServerProbe.Patience(
                SHORT, Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofSeconds(60));
        try (AiServerProbe probe = new AiServerProbe(TlsContexts.forClient(tls), headers, patience, pauses::add)) {
            AiServerException refusal = catchThrowableOfType(AiServerException.class, () -> probe.models(address));
            assertThat(refusal).as("the refusal").isNotNull();
            assertThat(refusal).hasMessageContaining(address.toString());
            assertThat(refusal.getMessage()).doesNotContain("secret-key");
            return refusal;
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void readsModelsAndTheirLengths() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.fixed(200, "", MODELS));
                AiServerProbe probe = probe(KEY, AiServerProbe.Patience.once(Duration.ofSeconds(20)))) {
            assertThat(probe.models(server.address()))
                    .containsExactly(new ServedModel("llama-3", 4096L), new ServedModel("qwen-2", null));
            assertThat(server.heads().getFirst()).contains("GET /v1/models", "authorization: Bearer secret-key");
            assertThat(probe.describe(server.address())).containsEntry("model", "llama-3");
        }
    }

    static Stream<Arguments> refusalsOfTheKey() {
        return Stream.of(
                Arguments.of(401, "{\"error\":{\"message\":\"Incorrect API key provided\"}}"),
                Arguments.of(401, ""),
                Arguments.of(403, "{\"detail\":\"Forbidden\"}"),
                // LiteLLM's proxy, by version and database.
                Arguments.of(
                        400,
                        "{\"error\":{\"message\":\"Authentication Error, Invalid proxy server token passed: api_key=sk\"}}"),
                Arguments.of(500, "{\"error\":{\"message\":\"Authentication Error, No api key passed in.\"}}"),
                Arguments.of(500, "Internal error: missing bearer credentials"),
                Arguments.of(404, "{\"message\":\"No API key found in request\"}"),
                Arguments.of(200, "{\"error\":{\"message\":\"Invalid API key\"}}"));
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("refusalsOfTheKey")
    void aKeyThatIsMissingOrWrongIsNamedWhateverTheStatus(int status, String body) throws IOException {
        AiServerException missing = refusal(ScriptedServer.fixed(status, "", body), Map.of());
        assertThat(missing.kind()).isEqualTo(Kind.WRONG);
        assertThat(missing).hasMessageContaining("requires a key; pass it with --api-key-file");

        AiServerException wrong = refusal(ScriptedServer.fixed(status, "", body), KEY);
        assertThat(wrong)
                .hasMessageContaining("key is not valid")
                .hasMessageContaining("check the header that carries it");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void theRemedyNamesTheSourceOfTheKey() throws Exception {
        Path file = Files.writeString(directory.resolve("key"), "secret-key");
        Map<String, ServerAccess> sources = Map.of(
                "check the command given with --api-key-command",
                        new ServerAccess(null, null, null, "echo secret-key", null, null),
                "check the variable given with --api-key-env", new ServerAccess(null, null, "HOME", null, null, null),
                "check the file given with --api-key-file", ServerAccess.DEFAULT);
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.fixed(401, "", "expired"))) {
            for (var source : sources.entrySet()) {
                WorkloadSpecification.Builder load = new WorkloadSpecification.Builder();
                load.apiKeyFile = source.getKey().contains("file") ? file.toString() : null;
                load.access = source.getValue();
                try (AiServerProbe probe = AiServerProbe.of(load.build(), AiServerProbe.Patience.once(SHORT))) {
                    assertThat(catchThrowableOfType(AiServerException.class, () -> probe.models(server.address())))
                            .hasMessageContaining(source.getKey());
                }
            }
        }
    }

    /** As LiteLLM's proxy without a database answers a wrong key and a missing one. */
    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"400|{\"error\":{\"message\":\"No connected db.\",\"code\":\"400\"}}", "500|Internal Server Error"
            })
    void aRefusalThatDoesNotSayWhyMayBeAboutTheKey(int status, String body) throws IOException {
        assertThat(refusal(ScriptedServer.fixed(status, "", body), Map.of()))
                .hasMessageContaining("if it requires a key, pass it with --api-key-file");
        assertThat(refusal(ScriptedServer.fixed(status, "", body), KEY))
                .hasMessageContaining("if it is about the key, check the header that carries it");
    }

    /** A run that names its model would continue, and every request of it would fail. */
    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @CsvSource({
        "400,401,true",
        "400,403,true",
        "400,500,true",
        "400,200,true",
        "400,400,false",
        "400,404,false",
        "400,503,false",
        "404,401,false"
    })
    void aServerThatAsksForAKeyWhereNoneComesHasAListOfModels(int withKey, int withoutKey, boolean isKey)
            throws Exception {
        try (ScriptedServer server = new ScriptedServer((number, out, scripted) -> out.write(
                        scripted.heads().get(number).contains("secret-key")
                                ? ScriptedServer.response(withKey, "", "{\"error\":{\"message\":\"No connected db.\"}}")
                                : ScriptedServer.response(withoutKey, "", "{}")));
                AiServerProbe probe = probe(KEY, AiServerProbe.Patience.once(Duration.ofSeconds(20)))) {
            AiServerException refusal =
                    catchThrowableOfType(AiServerException.class, () -> probe.models(server.address()));
            assertThat(refusal.lacksModels()).isEqualTo(!isKey);
            if (isKey) {
                assertThat(refusal).hasMessageContaining("key is not valid for this server");
                assertThat(refusal.kind()).isEqualTo(Kind.WRONG);
            }
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aKeyThatOnlyTheGenerationRequiresIsNamedToo() throws Exception {
        try (ScriptedServer server = new ScriptedServer((number, out, _) -> out.write(ScriptedServer.response(
                        number == 0 ? 200 : 401, "", number == 0 ? MODELS : "Invalid API Key")));
                AiServerProbe probe = probe(Map.of(), AiServerProbe.Patience.once(Duration.ofSeconds(20)))) {
            assertThat(probe.models(server.address())).hasSize(2);
            AiServerException refusal = catchThrowableOfType(
                    AiServerException.class, () -> probe.checkKey(server.address(), "/v1/chat/completions"));
            assertThat(refusal).hasMessageContaining("--api-key-file");
            assertThat(server.heads().getLast()).startsWith("GET /v1/chat/completions");
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @ValueSource(ints = {404, 405, 400, 422, 500, 200})
    void whatElseAServerSaysToAWrongMethodIsNoRefusal(int status) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.fixed(status, "", "no"));
                AiServerProbe probe = probe(Map.of(), AiServerProbe.Patience.once(Duration.ofSeconds(20)))) {
            probe.checkKey(server.address(), "/v1/chat/completions");
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aBusyServerIsAskedAgainAsLateAsItSays() throws Exception {
        try (ScriptedServer server = new ScriptedServer((number, out, _) -> out.write(
                        number < 2
                                ? ScriptedServer.response(429, number == 0 ? "Retry-After: 7\r\n" : "", "slow down")
                                : ScriptedServer.response(200, "", MODELS)));
                AiServerProbe probe = probe(
                        Map.of(),
                        new AiServerProbe.Patience(
                                SHORT, Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofSeconds(60)))) {
            assertThat(probe.models(server.address())).hasSize(2);
        }
        assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(1));
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aServerThatStaysBusyIsAskedForABoundedTime() throws IOException {
        AiServerException busy = refusal(ScriptedServer.fixed(429, "", "{\"detail\":\"too many\"}"), Map.of());
        assertThat(busy.kind()).isEqualTo(Kind.NOT_READY);
        assertThat(busy).hasMessageContaining("429: too many").hasMessageContaining("limits the rate");
        assertThat(pauses).hasSizeBetween(3, 10);
        assertThat(pauses.stream().reduce(Duration.ZERO, Duration::plus)).isLessThanOrEqualTo(Duration.ofSeconds(30));
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aServerThatAsksForAnHourIsNotWaitedFor() throws IOException {
        AiServerException busy = refusal(ScriptedServer.fixed(429, "Retry-After: 3600\r\n", ""), Map.of());
        assertThat(busy).hasMessageContaining("Retry-After: 3600");
        assertThat(pauses).isEmpty();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aServerThatLoadsItsModelIsWaitedForLonger() throws IOException {
        String loading = "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}";
        AiServerException notReady = refusal(ScriptedServer.fixed(503, "", loading), Map.of());
        assertThat(notReady.kind()).isEqualTo(Kind.NOT_READY);
        assertThat(notReady)
                .hasMessageContaining("503: Loading model")
                .hasMessageContaining("wait until it has loaded");
        assertThat(pauses.stream().reduce(Duration.ZERO, Duration::plus))
                .isBetween(Duration.ofSeconds(45), Duration.ofSeconds(60));
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @CsvSource({
        "301, https://other.example/v1/models, https://other.example",
        "302, /login?next=models, /login (302)",
        "307, http://127.0.0.1:9/api/v1/models, http://127.0.0.1:9/api",
        "308, , does not name"
    })
    void aRedirectIsNamedWithItsTarget(int status, @Nullable String location, String target) throws IOException {
        String header = location == null ? "" : "Location: " + location + "\r\n";
        AiServerException redirected = refusal(ScriptedServer.fixed(status, header, ""), Map.of());
        assertThat(redirected.kind()).isEqualTo(Kind.WRONG);
        assertThat(redirected).hasMessageContaining("redirects to").hasMessageContaining(target);
    }

    /** None of the targets is shown with its query, and only the address of another server is advised. */
    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @CsvSource({
        "https://login.example/sign-in?token=hidden#hidden, give that address if it is the AI server",
        "https://me:hidden@other.example/v1/models, give that address if it is the AI server",
        "/login?token=hidden, another page of the same host",
        "login?token=hidden, another page of the same host",
        "/v1/models/?token=hidden, name the model with --model",
        "/api/v1/models?token=hidden, give that address if it is the AI server",
        "http://[bad?token=hidden, give the address of the server itself",
    })
    void aRedirectHasTheRemedyForItsTarget(String location, String remedy) throws IOException {
        AiServerException redirected =
                refusal(ScriptedServer.fixed(302, "Location: " + location + "\r\n", "hidden"), Map.of());
        assertThat(redirected).hasMessageContaining(remedy).message().doesNotContain("hidden");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aWebPageIsNamedByItsTitle() throws IOException {
        String page = "<!DOCTYPE html><html><head><title>Sign in \u001b[31m</title></head></html>";
        for (int status : new int[] {200, 404}) {
            AiServerException html =
                    refusal(ScriptedServer.fixed(status, "content-type: text/html\r\n", page), Map.of());
            assertThat(html.kind()).isEqualTo(Kind.WRONG);
            assertThat(html).hasMessageContaining("HTML page titled 'Sign in").hasMessageContaining("login page");
            assertThat(html.getMessage()).doesNotContain("\u001b");
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "{\"data\": 5}", "null", "7", "hello", "", "{\"data\": [{}", "\u0000\u0001"})
    void whatIsNoListOfModelsIsNotOpenAi(String body) throws IOException {
        AiServerException refusal = refusal(ScriptedServer.fixed(200, "", body), Map.of());
        assertThat(refusal.kind()).isEqualTo(Kind.WRONG);
        assertThat(refusal).hasMessageContaining("not an OpenAI-compatible server");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void nobodyListeningAndUnknownNamesAreNamed() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        AiServerException refused = refusal(URI.create("http://127.0.0.1:" + port), null, Map.of());
        assertThat(refused.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(refused).hasMessageContaining("connection refused");
        assertThat(refusal(URI.create("http://no-such-host.invalid:8000"), null, Map.of()))
                .hasMessageContaining("does not resolve");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void whatSpeaksAnotherProtocolIsNamed() throws IOException {
        assertThat(refusal(
                        (_, out, _) -> out.write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII)),
                        Map.of()))
                .hasMessageContaining("does not speak HTTP");
        try (ServerSocket socket = new ServerSocket(0, 16, InetAddress.ofLiteral("127.0.0.1"))) {
            // As HTTP servers do with bytes that are no request.
            Thread.ofVirtual().start(() -> answerAtOnce(socket));
            URI secure = URI.create("https://127.0.0.1:" + socket.getLocalPort());
            AiServerException plain = refusal(secure, null, Map.of());
            assertThat(plain.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(plain).hasMessageContaining("does not speak TLS: give http://");
        }
    }

    private static void answerAtOnce(ServerSocket socket) {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                connection.getOutputStream().write(ScriptedServer.response(400, "", "Bad Request"));
                connection.getOutputStream().flush();
                connection.shutdownOutput();
                connection.getInputStream().readAllBytes();
            } catch (IOException e) {
                // The client has seen enough.
            }
        }
    }

    private ScriptedServer secure(X509Bundle bundle) throws Exception {
        KeyManagerFactory keys = bundle.toKeyManagerFactory();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        ServerSocket socket =
                context.getServerSocketFactory().createServerSocket(0, 16, InetAddress.ofLiteral("127.0.0.1"));
        return new ScriptedServer(socket, "https", ScriptedServer.fixed(200, "", MODELS));
    }

    private static CertificateBuilder certificate() {
        return new CertificateBuilder()
                .subject("CN=node17.site")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void anUntrustedCertificateIsNamedAndItsAuthorityIsTheRemedy() throws Exception {
        X509Bundle bundle = certificate().buildSelfSigned();
        try (ScriptedServer server = secure(bundle)) {
            AiServerException untrusted = refusal(server.address(), null, Map.of());
            assertThat(untrusted.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(untrusted).hasMessageContaining("CN=node17.site").hasMessageContaining("--tls-ca-file");
            String file = directory.resolve("ca.pem").toString();
            Files.writeString(Path.of(file), bundle.getCertificatePathPEM());
            try (AiServerProbe probe = new AiServerProbe(
                    TlsContexts.forClient(new TlsSettings(file, null, null, null)),
                    Map.of(),
                    AiServerProbe.Patience.once(Duration.ofSeconds(20)))) {
                assertThat(probe.models(server.address())).hasSize(2);
            }
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aCertificateThatIsOverOrAnotherHostsIsNamedAsThat() throws Exception {
        X509Bundle authority = certificate().subject("CN=Site CA").buildSelfSigned();
        X509Bundle over = new CertificateBuilder()
                .subject("CN=node17.site")
                .addSanIpAddress("127.0.0.1")
                .notBefore(Instant.now().minus(Duration.ofDays(9)))
                .notAfter(Instant.now().minus(Duration.ofDays(2)))
                .buildIssuedBy(authority);
        X509Bundle another = new CertificateBuilder()
                .subject("CN=other.site")
                .addSanDnsName("other.site")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        String file = directory.resolve("ca.pem").toString();
        Files.writeString(Path.of(file), authority.getCertificatePathPEM() + another.getCertificatePathPEM());
        TlsSettings tls = new TlsSettings(file, null, null, null);
        try (ScriptedServer server = secure(another)) {
            assertThat(refusal(server.address(), tls, Map.of()))
                    .hasMessageContaining("certificate of another host")
                    .hasMessageContaining("CN=other.site");
        }
        try (ScriptedServer server = secure(over)) {
            assertThat(refusal(server.address(), tls, Map.of()))
                    .hasMessageContaining("not valid now")
                    .hasMessageContaining("CN=node17.site");
        }
    }

    static Stream<Arguments> serversThatDoNotEnd() {
        return Stream.of(
                Arguments.of("takes the request and is silent", (ScriptedServer.Script)
                        (_, _, server) -> server.pause(60_000)),
                Arguments.of("a header one byte per second", (ScriptedServer.Script)
                        (_, out, server) -> trickle("HTTP/1.1 200 OK\r\nx-long: " + "y".repeat(1000), out, server)),
                Arguments.of("a body one byte per second", (ScriptedServer.Script) (_, out, server) -> {
                    out.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    trickle(" ".repeat(1000), out, server);
                }),
                Arguments.of("endless headers", (ScriptedServer.Script) (_, out, _) -> {
                    out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
                    endless("x-more: yes\r\n", out);
                }),
                Arguments.of("endless interim responses", (ScriptedServer.Script)
                        (_, out, _) -> endless("HTTP/1.1 103 Early Hints\r\n\r\n", out)),
                Arguments.of("a body of 10 GB", (ScriptedServer.Script) (_, out, _) -> {
                    out.write("HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
                    endless(" ".repeat(65_536), out);
                }),
                Arguments.of("endless chunks", (ScriptedServer.Script) (_, out, _) -> {
                    out.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
                    endless("1\r\n \r\n", out);
                }),
                Arguments.of("a body until close", (ScriptedServer.Script) (_, out, _) -> {
                    out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    endless(" ".repeat(65_536), out);
                }));
    }

    private static void trickle(String text, OutputStream out, ScriptedServer server)
            throws IOException, InterruptedException {
        for (byte next : text.getBytes(StandardCharsets.US_ASCII)) {
            out.write(next);
            out.flush();
            server.pause(1_000);
        }
    }

    private static void endless(String part, OutputStream out) throws IOException {
        byte[] bytes = part.repeat(Math.max(1, 65_536 / part.length())).getBytes(StandardCharsets.US_ASCII);
        while (true) {
            out.write(bytes);
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("serversThatDoNotEnd")
    void everyReadEnds(String name, ScriptedServer.Script script) throws Exception {
        try (ScriptedServer server = new ScriptedServer(script);
                AiServerProbe probe = probe(Map.of(), AiServerProbe.Patience.once(SHORT))) {
            AiServerException refusal =
                    catchThrowableOfType(AiServerException.class, () -> probe.models(server.address()));
            assertThat(refusal).as(name).isNotNull();
            assertThat(probe.describe(server.address())).isEmpty();
            probe.checkKey(server.address(), "/v1/chat/completions");
        }
    }
}
