package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.Metric;
import aifactory.measurement.RequestRecord;
import aifactory.workload.TlsSettings;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Https servers: whom the engine trusts, what it shows, and the named error of each thing that can be wrong. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SecureServersTest {
    private static final ScriptedServer.Script ANSWERING = exchange -> {
        exchange.send(Answers.stream(List.of("one", "two", "three")));
        return true;
    };

    @TempDir
    private static @Nullable Path directory;

    private static X509Bundle authority = unset();
    private static X509Bundle foreignAuthority = unset();
    private static X509Bundle client = unset();

    @SuppressWarnings("NullAway") // Set before each test.
    private static X509Bundle unset() {
        return null;
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        authority = newAuthority("CN=authority");
        foreignAuthority = newAuthority("CN=foreign authority");
        client = new CertificateBuilder()
                .ecp256()
                .subject("CN=client")
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(authority);
    }

    @Test
    void aServerWhoseAuthorityIsNamedIsTrusted() throws Exception {
        try (ScriptedServer server = secure(certificateOf("localhost"), false)) {
            TestWorkload workload = TestWorkload.closed(2, 20);
            workload.tls = new TlsSettings(pem("ca", authority.getCertificatePEM()), null, null, null);
            CollectingSink sink = EngineRun.against(server.address("localhost"), workload);

            assertThat(sink.aggregate().measured().errors()).isEmpty();
            assertThat(sink.aggregate().measured().completed()).isEqualTo(20);
            assertThat(sink.aggregate().histograms().of(Metric.ITL).count()).isEqualTo(40);
            assertThat(sink.aggregate().histograms().of(Metric.CONNECT).count()).isEqualTo(2);
        }
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsANamedError() throws Exception {
        try (ScriptedServer server = secure(certificateOf("localhost"), false)) {
            TestWorkload workload = TestWorkload.closed(1, 3);
            workload.tls = new TlsSettings(pem("ca", foreignAuthority.getCertificatePEM()), null, null, null);
            CollectingSink sink = EngineRun.against(server.address("localhost"), workload);

            assertThat(sink.aggregate().measured().errors()).isEqualTo(Map.of("tls_untrusted", 3L));
            assertThat(detail(sink)).contains("tls.ca_file");
        }
    }

    @Test
    void aCertificateOfAnotherHostIsANamedError() throws Exception {
        try (ScriptedServer server = secure(certificateOf("elsewhere.example"), false)) {
            TestWorkload workload = TestWorkload.closed(1, 3);
            workload.tls = new TlsSettings(pem("ca", authority.getCertificatePEM()), null, null, null);
            CollectingSink sink = EngineRun.against(server.address("localhost"), workload);

            assertThat(sink.aggregate().measured().errors()).isEqualTo(Map.of("tls_host_name", 3L));
            assertThat(detail(sink)).contains("localhost");
        }
    }

    @Test
    void anExpiredCertificateIsANamedError() throws Exception {
        X509Bundle expired = new CertificateBuilder()
                .ecp256()
                .subject("CN=server")
                .addSanDnsName("localhost")
                .notBefore(Instant.now().minus(Duration.ofDays(20)))
                .notAfter(Instant.now().minus(Duration.ofDays(10)))
                .buildIssuedBy(authority);
        try (ScriptedServer server = secure(expired, false)) {
            TestWorkload workload = TestWorkload.closed(1, 3);
            workload.tls = new TlsSettings(pem("ca", authority.getCertificatePEM()), null, null, null);
            CollectingSink sink = EngineRun.against(server.address("localhost"), workload);

            assertThat(sink.aggregate().measured().errors()).isEqualTo(Map.of("tls_expired", 3L));
        }
    }

    @Test
    void insecureTrustsWhateverServerAnswers() throws Exception {
        try (ScriptedServer server = secure(certificateOf("elsewhere.example"), false)) {
            TestWorkload workload = TestWorkload.closed(1, 3);
            workload.tls = new TlsSettings(null, null, null, true);
            assertThat(EngineRun.against(server.address("localhost"), workload)
                            .aggregate()
                            .measured()
                            .completed())
                    .isEqualTo(3);
        }
    }

    @Test
    void aServerThatWantsACertificateGetsTheClients() throws Exception {
        try (ScriptedServer server = secure(certificateOf("localhost"), true)) {
            String ca = pem("ca", authority.getCertificatePEM());
            TestWorkload without = TestWorkload.closed(1, 3);
            without.tls = new TlsSettings(ca, null, null, null);
            CollectingSink refused = EngineRun.against(server.address("localhost"), without);
            TestWorkload with = TestWorkload.closed(1, 3);
            with.tls = new TlsSettings(
                    ca,
                    pem("certificate", client.getCertificatePathPEM()),
                    pem("key", client.getPrivateKeyPEM()),
                    null);
            CollectingSink accepted = EngineRun.against(server.address("localhost"), with);

            assertThat(refused.aggregate().measured().completed()).isZero();
            assertThat(refused.aggregate().measured().errors()).isEqualTo(Map.of("tls_handshake", 3L));
            assertThat(accepted.aggregate().measured().errors()).isEmpty();
            assertThat(accepted.aggregate().measured().completed()).isEqualTo(3);
        }
    }

    @Test
    void aServerThatNeverAgreesOnASecureConnectionIsANamedError() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> false)) {
            TestWorkload workload = TestWorkload.closed(1, 2);
            workload.tls = new TlsSettings(null, null, null, true);
            workload.timeout = Duration.ofSeconds(2);
            String plain = server.address("localhost").toString();
            CollectingSink sink = EngineRun.against(URI.create(plain.replace("http:", "https:")), workload);

            assertThat(sink.aggregate().measured().errors()).isEqualTo(Map.of("connect_timeout", 2L));
        }
    }

    @Test
    void theModelIsAskedForOverTheSameTrust() throws Exception {
        ScriptedServer.Script models = exchange -> {
            exchange.send(
                    exchange.request().head().startsWith("GET /v1/models ")
                            ? Answers.json("{\"data\":[{\"id\":\"first\"}]}")
                            : Answers.stream(List.of("one")));
            return true;
        };
        try (ScriptedServer server = ScriptedServer.secure(sockets(certificateOf("localhost")), false, models)) {
            TestWorkload workload = TestWorkload.closed(1, 1);
            workload.model = null;
            workload.tls = new TlsSettings(pem("ca", authority.getCertificatePEM()), null, null, null);
            workload.apiKeyFile = pem("api-key", "secret-key\n");
            CollectingSink sink = EngineRun.against(server.address("localhost"), workload);

            assertThat(sink.aggregate().measured().completed()).isEqualTo(1);
            assertThat(server.requests())
                    .hasSize(2)
                    .allSatisfy(request -> assertThat(request.head().toLowerCase(Locale.ROOT))
                            .contains("authorization: bearer secret-key"));
            assertThat(server.requests().getLast().body()).contains("\"model\":\"first\"");
        }
    }

    @Test
    void filesThatCannotBeUsedAreRefusedByName() throws Exception {
        String nonsense = pem("nonsense", "nonsense");
        assertRefused(new TlsSettings("/no/such/file", null, null, null), "ca_file /no/such/file");
        assertRefused(new TlsSettings(nonsense, null, null, null), nonsense);
        assertRefused(
                new TlsSettings(null, pem("certificate", client.getCertificatePathPEM()), nonsense, null), "PKCS#8");
    }

    @Test
    void anApiKeyThatCannotBeReadIsRefusedWithoutShowingIt() throws Exception {
        TestWorkload workload = TestWorkload.closed(1, 1);
        workload.apiKeyFile = pem("two-lines", "first\nsecond\n");
        assertThatThrownBy(() -> EngineRun.against(URI.create("http://127.0.0.1:1"), workload))
                .isInstanceOf(LoadRefusedException.class)
                .hasMessageContaining("two-lines")
                .hasMessageNotContaining("second");
        workload.apiKeyFile = "/no/such/key";
        assertThatThrownBy(() -> EngineRun.against(URI.create("http://127.0.0.1:1"), workload))
                .isInstanceOf(LoadRefusedException.class)
                .hasMessageContaining("/no/such/key");
    }

    private static void assertRefused(TlsSettings tls, String expected) {
        TestWorkload workload = TestWorkload.closed(1, 1);
        workload.tls = tls;
        assertThatThrownBy(() -> EngineRun.against(URI.create("https://127.0.0.1:1"), workload))
                .isInstanceOf(LoadRefusedException.class)
                .hasMessageContaining(expected);
    }

    private static String detail(CollectingSink sink) {
        RequestRecord record = sink.records().getFirst();
        return String.valueOf(record.errorDetail());
    }

    private static X509Bundle newAuthority(String subject) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject(subject)
                .setIsCertificateAuthority(true)
                .setKeyUsage(
                        true, CertificateBuilder.KeyUsage.digitalSignature, CertificateBuilder.KeyUsage.keyCertSign)
                .buildSelfSigned();
    }

    private static X509Bundle certificateOf(String host) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=server")
                .addSanDnsName(host)
                .buildIssuedBy(authority);
    }

    private static ScriptedServer secure(X509Bundle certificate, boolean needsClientCertificate) throws Exception {
        return ScriptedServer.secure(sockets(certificate), needsClientCertificate, ANSWERING);
    }

    private static ServerSocketFactory sockets(X509Bundle certificate) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                certificate.toKeyManagerFactory().getKeyManagers(),
                authority.toTrustManagerFactory().getTrustManagers(),
                null);
        return context.getServerSocketFactory();
    }

    private static String pem(String name, String text) throws Exception {
        if (directory == null) {
            throw new IllegalStateException("no directory");
        }
        return Files.writeString(directory.resolve(name), text).toString();
    }
}
