package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.ArmedMessage;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.ConnectRequest;
import aifactory.protocol.ServerReport;
import aifactory.protocol.ServerState;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.access.RouteAccess;
import aifactory.service.observers.ObserverRequest;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.TestService;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the secret of a group reaches: its group and nothing else. The table names every route that takes such a secret
 * with everything that a request can name there; a new route or a new member fails here until it has been considered.
 */
final class GroupSecretReachTest {
    private static final int PORT = 61_101;

    /**
     * Members that name something outside of the group, and what stands against that; all others are numbers, texts and
     * states.
     */
    private static final Map<Class<?>, Map<String, String>> REACHING = Map.of(
            ConnectRequest.class,
            Map.of("clientAddress", "only shown to Prometheus, and only when it is on a node of the job"),
            ArmedMessage.class,
            Map.of(),
            BatchMessage.class,
            Map.of(),
            ServerReport.class,
            Map.of(
                    "host", "a node of the job",
                    "address", "a node of the job, at a port of the group's servers",
                    "logPath", "replaced by what the service knows"),
            WorkloadRequest.class,
            Map.of(
                    "dataset", "refused",
                    "apiKeyFile", "refused",
                    "apiKeyEnv", "refused",
                    "apiKeyCommand", "refused",
                    "proxy", "refused",
                    "tls", "refused",
                    "tokenizerFile", "refused"),
            ObserverRequest.class,
            Map.of("ipAddress", "an address in numbers in the networks that the operator allows"));

    private static final Map<Class<?>, Set<String>> HARMLESS = Map.of(
            ConnectRequest.class,
            Set.of("jobId", "node", "processNumber", "restartCount", "instance", "addresses", "cores", "version"),
            ArmedMessage.class,
            Set.of("runId", "error"),
            BatchMessage.class,
            members(BatchMessage.class),
            ServerReport.class,
            Set.of("instance", "generation", "state", "jobId", "node", "command", "readyAfterS", "failure", "power"),
            WorkloadRequest.class,
            Set.of(
                    "endpoint",
                    "streaming",
                    "model",
                    "arrivalPattern",
                    "requestRate",
                    "burstiness",
                    "burstSize",
                    "concurrency",
                    "rampUp",
                    "steps",
                    "requestCount",
                    "duration",
                    "warmup",
                    "cooldown",
                    "isl",
                    "osl",
                    "ignoreEos",
                    "sharedPrefix",
                    "conversation",
                    "thinkTime",
                    "cancelShare",
                    "timeout",
                    "headers",
                    "extraBody",
                    "template",
                    "path",
                    "apiKeyHeader",
                    "apiKeyScheme",
                    "connectionReuse",
                    "connectionLifetime",
                    "connectionsPerServer",
                    "maxTokensName",
                    "documents",
                    "models",
                    "images",
                    "audio",
                    "tools",
                    "seed",
                    "samePrompts",
                    "perClient",
                    "goodput",
                    "failureBackoff",
                    "maxErrors",
                    "maxErrorRate"),
            ObserverRequest.class,
            Set.of("port", "updatePreferences"));

    private static final Map<String, Class<?>> ROUTES = new TreeMap<>(Map.of(
            "POST /api/v1/client-group/{id}/connect", ConnectRequest.class,
            "GET /api/v1/client-group/{id}/clients/{client}/commands", Void.class,
            "POST /api/v1/client-group/{id}/clients/{client}/armed", ArmedMessage.class,
            "POST /api/v1/client-group/{id}/clients/{client}/batches", BatchMessage.class,
            "POST /api/v1/client-group/{id}/servers/{server}", ServerReport.class,
            "POST /api/v1/client-group/{id}/run", WorkloadRequest.class,
            "POST /api/v1/client-group/{id}/stop", Void.class,
            "POST /api/v1/client-group/{id}/observer", ObserverRequest.class));

    /** They name a group by its id, whose secret has to be shown, and nothing else. */
    private static final Set<String> VIEWS = Set.of(
            "GET /api/v1/client-group/{id}",
            "GET /api/v1/client-groups/{id}",
            "GET /api/v1/client-group/{id}/metrics",
            "GET /api/v1/client-groups/{id}/metrics");

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

    private static Set<String> members(Class<?> record) {
        return new TreeSet<>(Arrays.stream(record.getRecordComponents())
                .map(RecordComponent::getName)
                .toList());
    }

    @Test
    void everyRouteAndEveryMemberIsInTheTable() {
        Set<String> served = new TreeSet<>();
        service.running().routes().stream()
                .filter(route -> route.access() == RouteAccess.GROUP || route.access() == RouteAccess.READ_OR_GROUP)
                .forEach(route -> served.add(route.method() + " " + route.path()));
        Set<String> known = new TreeSet<>(ROUTES.keySet());
        known.addAll(VIEWS);
        assertThat(served).isEqualTo(known);
        REACHING.forEach((record, reaching) -> {
            Set<String> thoughtOf = new TreeSet<>(reaching.keySet());
            thoughtOf.addAll(HARMLESS.getOrDefault(record, Set.of()));
            assertThat(members(record)).as("%s", record).isEqualTo(thoughtOf);
        });
    }

    private Answer asGroup(long id, String path, Object body) {
        return service.api().as(service.secretOf(id)).post(TestService.group(id) + path, body);
    }

    static Stream<Map<String, Object>> filesOfTheUser() {
        return Stream.of(
                Map.of("dataset", Map.of("path", "/home/alice/.ssh/id_ed25519")),
                Map.of("dataset", Map.of("format", "jsonl", "path", "/etc/passwd")),
                Map.of("api_key_file", "/home/alice/.ssh/id_ed25519"),
                Map.of("tokenizer_file", "/home/alice/secret.json"),
                Map.of("api_key_command", "cat /home/alice/.ssh/id_ed25519"),
                Map.of("api_key_env", "HOME"),
                Map.of("proxy", "http://elsewhere.example:3128"),
                Map.of("tls", Map.of("ca_file", "/home/alice/ca.pem")),
                Map.of("tls", Map.of("client_certificate", "/a.pem", "client_key", "/b.pem")),
                Map.of("tls", Map.of("insecure", true)));
    }

    @ParameterizedTest
    @MethodSource("filesOfTheUser")
    void aRunThatNamesAFileWantsTheServicesToken(Map<String, Object> workload) {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        Answer refused = asGroup(1, "/run?when=ready", workload).expect(403);
        assertThat(refused.json().path("field").asString(""))
                .isEqualTo(workload.keySet().iterator().next());
        assertThat(refused.detail()).contains("service's token");
        // The same from who may do everything is looked at.
        assertThat(service.api()
                        .post(TestService.group(1) + "/run?when=ready", workload)
                        .status())
                .isNotEqualTo(403);
    }

    private void groupWithServer(long id) {
        service.create(
                        id,
                        new HashMap<>(
                                Map.of("num_clients", 1, "server", Map.of("command", List.of("a"), "port", PORT))))
                .expect(201);
        Eventually.await(
                "the nodes are known",
                () -> asGroup(id, "/servers/0", report("127.0.0.1", null, null)),
                answer -> answer.status() == 200);
    }

    private static ServerReport report(String host, @Nullable String address, @Nullable String logPath) {
        return new ServerReport(
                "i", 1, ServerState.READY, "7000", "gpu0", host, address, List.of("a"), logPath, 1.0, null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254|http://169.254.169.254:61101",
                "192.0.2.7|http://192.0.2.7:61101",
                "2001:db8::1|http://[2001:db8::1]:61101",
                "intranet.example|http://intranet.example:61101",
                "127.0.0.1|http://192.0.2.7:61101",
                "127.0.0.1|http://127.0.0.1:22",
                "127.0.0.1|http://127.0.0.1:61102",
                "127.0.0.1|http://127.0.0.1:61101/admin",
                "127.0.0.1|http://127.0.0.1:61101?x",
                "127.0.0.1|http://user@127.0.0.1:61101",
                "127.0.0.1|https://127.0.0.1:61101",
                "127.0.0.1|ftp://127.0.0.1:61101",
                "127.0.0.1|file:///etc/passwd",
                "127.0.0.1|http://127.0.0.1",
                "2852039166|http://2852039166:61101",
                "192.0.2.7|"
            })
    void aServerIsOnANodeOfTheJobAndAtAPortOfItsGroup(String hostAndAddress) {
        groupWithServer(1);
        String[] parts = hostAndAddress.split("\\|", -1);
        Answer refused = asGroup(1, "/servers/0", report(parts[0], parts[1].isEmpty() ? null : parts[1], null));
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(service.show(1).info().aiServers()).isEmpty();
        asGroup(1, "/servers/0", report("127.0.0.1", "http://127.0.0.1:" + PORT, null))
                .expect(200);
        assertThat(service.show(1).info().aiServers()).containsExactly("http://127.0.0.1:" + PORT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "data/token", "../../etc/passwd", "/proc/self/environ", ""})
    void aLogIsWhereTheServiceKnowsItToBe(String said) throws IOException {
        groupWithServer(1);
        Path real = Files.writeString(directory.resolve("shared/logs/server_1_0.log"), "the log of the server");
        String path = said.equals("data/token") ? directory.resolve(said).toString() : said;
        asGroup(1, "/servers/0", report("127.0.0.1", null, path)).expect(200);
        assertThat(service.show(1).info().servers().getFirst().logPath()).isEqualTo(real.toString());
        String logs =
                service.api().get(TestService.group(1) + "/logs").expect(200).text();
        assertThat(logs).contains("the log of the server").doesNotContain("root:", String.valueOf(service.token()));

        Files.delete(real);
        Files.createSymbolicLink(real, directory.resolve("data/token"));
        String linked =
                service.api().get(TestService.group(1) + "/logs").expect(200).text();
        assertThat(linked).contains("it is a link").doesNotContain(String.valueOf(service.token()));
        service.api().get(TestService.group(1) + "/diagnosis").expect(200);
    }

    @Test
    void prometheusIsLedToTheNodesOfTheJobAlone() {
        service.create(1, Map.of("num_clients", 2)).expect(201);
        FakeClient here = service.connect(1, 0);
        Map<String, Object> elsewhere = Map.of("client_address", "http://169.254.169.254:80", "instance", "x");
        asGroup(1, "/connect", elsewhere).expect(201);
        String targets = Eventually.await(
                "the nodes are known",
                () -> service.api()
                        .get("/api/v1/client-groups/targets")
                        .expect(200)
                        .text(),
                text -> text.contains("127.0.0.1"));
        assertThat(targets).contains("127.0.0.1:19000").doesNotContain("169.254");
        assertThat(here.id()).isZero();
    }

    @Test
    void whatAClientSaysOfItselfIsPlainText() {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        for (String member : List.of("node", "job_id", "instance", "version")) {
            Answer refused = asGroup(
                    1, "/connect", Map.of("client_address", "http://127.0.0.1:9000", member, "a\u001b]0;pwned\u0007"));
            assertThat(refused.expect(422).json().path("field").asString("")).isEqualTo(member);
        }
    }
}
