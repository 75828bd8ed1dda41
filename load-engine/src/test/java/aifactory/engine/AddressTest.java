package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import aifactory.access.AiServerProbe;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.server.InferenceSimulator;
import aifactory.workload.ServerAccess;
import aifactory.workload.TlsSettings;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** AI servers at every kind of address: below a path, on a Unix domain socket, behind a proxy. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AddressTest {
    private static final SimulatorOptions SERVER = SimulatorOptions.defaults()
            .withPort(0)
            .withModel("simulated")
            .withLatencies(Duration.ofMillis(1), Duration.ofNanos(100_000));
    private static final ScriptedServer.Script ANSWERING = exchange -> {
        exchange.send(Answers.stream(List.of("one", "two")));
        return true;
    };

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static ServerAccess proxy(URI address) {
        return new ServerAccess(null, address.toString(), null, null, null, null);
    }

    @Test
    void aServerOnAUnixSocketIsMeasured() throws Exception {
        try (InferenceSimulator simulator = InferenceSimulator.start(SERVER);
                Forwarder server = Forwarder.socket(directory.resolve("vllm.sock"), 64, simulator.address())) {
            CollectingSink sink = EngineRun.against(server.address(), TestWorkload.closed(4, 40));

            assertThat(sink.aggregate().all().errors()).isEmpty();
            assertThat(sink.aggregate().all().completed()).isEqualTo(40);
            assertThat(server.connections()).containsExactly(4);
            assertThat(sink.records()).allMatch(record -> record.firstChunkNanos() != null);
        }
    }

    @Test
    void aServerAtAnIpv6AddressIsMeasured() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(SERVER.withHost("::1"))) {
            CollectingSink sink = EngineRun.against(server.address(), TestWorkload.closed(2, 10));
            assertThat(sink.aggregate().all().completed()).isEqualTo(10);
        }
    }

    /** TCP lets connections wait that a listener has no room for; a Unix domain socket refuses them. */
    @Test
    void connectionsWaitForRoomAtAUnixSocket() throws Exception {
        try (InferenceSimulator simulator = InferenceSimulator.start(SERVER);
                Forwarder server = Forwarder.socket(directory.resolve("vllm.sock"), 1, simulator.address())) {
            CollectingSink sink = EngineRun.against(server.address(), TestWorkload.closed(200, 400));

            assertThat(sink.aggregate().all().errors()).isEmpty();
            assertThat(sink.aggregate().all().completed()).isEqualTo(400);
        }
    }

    @Test
    void pathsThatAreNoSocketAreRefusedByName() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertRefused("unix://" + directory, "is a directory and not a socket");
        assertRefused("unix://" + file, "is a file and not a socket");
        assertRefused("unix://" + directory.resolve("missing.sock"), "there is no socket at that path");
        assertRefused("unix://" + directory.resolve("no/such/dir.sock"), "there is no directory");
        assertRefused("http://gpu_node.invalid:8000", "name 'gpu_node.invalid' is not known");
    }

    private static void assertRefused(String address, String reason) {
        assertThatThrownBy(() -> EngineRun.against(URI.create(address), TestWorkload.closed(1, 1)))
                .isInstanceOf(LoadRefusedException.class)
                .hasMessageContaining(reason);
    }

    /**
     * Who may do everything is started without that right: the owner of a socket whose mode allows nothing may not
     * connect to it.
     */
    @Test
    void aSocketWithoutPermissionIsRefusedByName() throws Exception {
        Path path = directory.resolve("private.sock");
        try (Forwarder server = Forwarder.socket(path, 4, URI.create("http://127.0.0.1:9"))) {
            Files.setPosixFilePermissions(path, Set.of());
            String reason = "this user may not connect to the socket (permission denied): its mode is ---------";
            if (!Files.isWritable(path)) {
                assertRefused(server.address().toString(), reason);
                return;
            }
            Path setpriv = Path.of("/usr/bin/setpriv");
            assumeTrue(Files.isExecutable(setpriv), "util-linux is not installed");
            List<String> command = new ArrayList<>(List.of(
                    setpriv.toString(),
                    "--bounding-set=-dac_override,-dac_read_search",
                    "--inh-caps=-dac_override,-dac_read_search"));
            command.addAll(
                    LoadProcess.command(RefusedLoad.class, server.address().toString(), "process", "1", "1"));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try {
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(output).contains("refused: ").contains(reason);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /** Prints why a load is refused. */
    static final class RefusedLoad {
        private RefusedLoad() {}

        @SuppressWarnings("SystemOut") // The way in which this process answers.
        public static void main(String[] arguments) throws Exception {
            try {
                EngineRun.against(URI.create(arguments[0]), TestWorkload.closed(1, 1));
            } catch (LoadRefusedException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    /** Neither by the requests nor by the checks before them: the key would reach a host that the user did not name. */
    @Test
    void aRedirectToAnotherHostIsNamedAndNotFollowed() throws Exception {
        try (ScriptedServer other = ScriptedServer.plain(ANSWERING);
                ScriptedServer server = ScriptedServer.plain(exchange -> {
                    exchange.send("HTTP/1.1 307 Temporary Redirect\r\nlocation: " + other.address()
                            + "/login?token=hidden\r\ncontent-length: 12\r\n\r\ntoken=hidden");
                    return true;
                })) {
            TestWorkload workload = TestWorkload.closed(1, 3);
            workload.headers = Map.of("authorization", "Bearer secret");
            CollectingSink sink = EngineRun.against(server.address(), workload);
            assertThat(sink.aggregate().all().errors()).isEqualTo(Map.of("http_unexpected_status", 3L));
            assertThat(sink.records())
                    .allMatch(record -> String.valueOf(record.errorDetail())
                            .contains("HTTP status 307 to " + other.address() + "/login?…"))
                    .noneMatch(record -> String.valueOf(record.errorDetail()).contains("hidden"));
            try (AiServerProbe probe =
                    AiServerProbe.of(workload.build(), AiServerProbe.Patience.once(Duration.ofSeconds(20)))) {
                assertThatThrownBy(() -> probe.models(server.address()))
                        .hasMessageContaining("redirects to")
                        .hasMessageContaining(other.address() + "/login")
                        .message()
                        .doesNotContain("hidden");
            }
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void aSocketWhoseServerIsGoneIsANamedFailure() throws Exception {
        Path path = directory.resolve("gone.sock");
        Forwarder.socket(path, 4, URI.create("http://127.0.0.1:9")).close();
        CollectingSink sink = EngineRun.against(URI.create("unix://" + path), TestWorkload.closed(1, 3));
        assertThat(sink.aggregate().all().errors()).isEqualTo(Map.of("connection_refused", 3L));
    }

    @Test
    void aPathBelongsToEveryRequest() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(ANSWERING)) {
            URI address = URI.create(server.address() + "/resource_server/sophia/vllm/v1/");
            assertThat(EngineRun.against(address, TestWorkload.closed(1, 2))
                            .aggregate()
                            .all()
                            .completed())
                    .isEqualTo(2);
            assertThat(server.requests())
                    .allMatch(request ->
                            request.head().startsWith("POST /resource_server/sophia/vllm/v1/chat/completions HTTP/1.1"))
                    .allMatch(request ->
                            request.head().contains("host: " + server.address().getAuthority() + "\r\n"));
        }
    }

    @Test
    void anotherPathReplacesTheEndpoints() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(ANSWERING)) {
            TestWorkload workload = TestWorkload.closed(1, 1);
            workload.access = new ServerAccess(
                    "/openai/deployments/m/chat/completions?api-version=1", null, null, null, null, null);
            EngineRun.against(URI.create(server.address() + "/gateway"), workload);
            assertThat(server.requests().getFirst().head())
                    .startsWith("POST /gateway/openai/deployments/m/chat/completions?api-version=1 HTTP/1.1");
        }
    }

    /** The proxy resolves the name, which has an underscore as names of nodes do. */
    @Test
    void aProxyIsGivenTheWholeAddress() throws Exception {
        try (ScriptedServer proxy = ScriptedServer.plain(ANSWERING)) {
            TestWorkload workload = TestWorkload.closed(1, 2);
            workload.access = proxy(proxy.address());
            CollectingSink sink = EngineRun.against(URI.create("http://gpu_node_17:8000/base/v1"), workload);
            assertThat(sink.aggregate().all().completed()).isEqualTo(2);
            assertThat(proxy.requests().getFirst().head())
                    .startsWith("POST http://gpu_node_17:8000/base/v1/chat/completions HTTP/1.1")
                    .contains("host: gpu_node_17:8000\r\n");
        }
    }

    @Test
    void aProxyTunnelsTls() throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle certificate = new CertificateBuilder()
                .ecp256()
                .subject("CN=server")
                .addSanDnsName("api.site.example")
                .buildIssuedBy(authority);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
        Path file = Files.writeString(directory.resolve("ca.pem"), authority.getCertificatePEM());
        try (ScriptedServer server = ScriptedServer.secure(context.getServerSocketFactory(), false, ANSWERING);
                ConnectProxy proxy = new ConnectProxy(server.address().getPort(), "200 Connection established");
                ConnectProxy refusing = new ConnectProxy(server.address().getPort(), "403 Forbidden")) {
            TestWorkload workload = TestWorkload.closed(2, 10);
            workload.tls = new TlsSettings(file.toString(), null, null, null);
            workload.access = proxy(proxy.address());
            URI address = URI.create("https://api.site.example");
            CollectingSink sink = EngineRun.against(address, workload);
            assertThat(sink.aggregate().all().errors()).isEmpty();
            assertThat(sink.aggregate().all().completed()).isEqualTo(10);
            assertThat(proxy.heads()).hasSize(2).allMatch(head -> head.startsWith("CONNECT api.site.example:443 HTTP"));

            workload.access = proxy(refusing.address());
            CollectingSink refused = EngineRun.against(address, workload);
            assertThat(refused.aggregate().all().errors()).isEqualTo(Map.of("proxy_refused", 10L));
            assertThat(refused.records().getFirst().errorDetail()).contains("403 Forbidden");
        }
    }
}
