package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.access.RouteAccess;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Api;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.OpenApiContract;
import aifactory.service.testing.TestService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The OpenAPI file says what is served, no more and no less; and the routes that users of the earlier system know. */
final class ApiContractTest {
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

    @Test
    void everyRouteIsDescribedAndEveryDescriptionServed() {
        OpenApiContract contract = OpenApiContract.served();
        // The dashboard's files are pages, not API.
        Set<String> served = service.running().routes().stream()
                .filter(route -> !route.path().equals("/") && !route.path().startsWith("/dashboard/"))
                .map(route -> route.method() + " " + route.path())
                .collect(Collectors.toSet());
        assertThat(served).containsExactlyInAnyOrderElementsOf(contract.operations());
        service.running().routes().stream()
                .filter(route -> served.contains(route.method() + " " + route.path()))
                .forEach(route -> assertThat(contract.isPublic(route.method(), route.path()))
                        .as("%s %s is public", route.method(), route.path())
                        .isEqualTo(route.access() == RouteAccess.PUBLIC));
    }

    /** A value with control characters is refused by every route that takes one in its path. */
    @Test
    void refusedValuesOfAPathAreDescribed() {
        OpenApiContract contract = OpenApiContract.served();
        assertThat(contract.operations().stream()
                        .filter(operation -> operation.contains("{"))
                        .filter(operation -> !contract.answers(operation).contains("422")))
                .isEmpty();
        for (String path : List.of("/api/v1/runs/a%01b", "/api/v1/runs/%C2%89/report", "/docs/a%09b")) {
            service.api().get(path).expect(422);
        }
    }

    @Test
    void theDescriptionIsShownWithoutAnythingFromOutside() {
        Api nobody = service.api().as(null);
        assertThat(nobody.get("/openapi.json")
                        .expect(200)
                        .json()
                        .path("openapi")
                        .asString(""))
                .isEqualTo("3.1.0");
        assertThat(nobody.get("/openapi.yaml").expect(200).text()).startsWith("openapi: 3.1.0");
        for (String page : List.of("/docs", "/redoc")) {
            String html = nobody.get(page).expect(200).text();
            assertThat(html).contains("openapi.json").doesNotContain("http://", "https://", "//");
            Matcher references = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(html);
            int found = 0;
            while (references.find()) {
                found++;
                assertThat(nobody.get("/" + references.group(1)).expect(200).body())
                        .isNotEmpty();
            }
            assertThat(found).isEqualTo(page.equals("/docs") ? 3 : 2);
        }
        nobody.get("/docs/index.html").expect(404);
        nobody.get("/docs/..%2f..%2fapplication.properties").expect(400 + 4);
    }

    @Test
    void listsComeInPages() {
        for (int id = 1; id <= 5; id++) {
            service.create(id, Map.of("num_clients", 1)).expect(201);
        }
        Answer page =
                service.api().get("/api/v1/client-groups?limit=2&offset=3").expect(200);
        assertThat(page.json().path("count").asInt(0)).isEqualTo(5);
        assertThat(page.json().path("groups").size()).isEqualTo(2);
        assertThat(page.json().at("/groups/0/benchmark_id").asInt(0)).isEqualTo(4);
        for (String wrong : List.of("limit=0", "limit=x", "offset=-1", "limit=100000")) {
            service.api().get("/api/v1/client-groups?" + wrong).expect(422);
            service.api().get("/api/v1/runs?" + wrong).expect(422);
        }
    }

    @Test
    void groupsAreCreatedAndRunInOneAsBefore() throws Exception {
        Answer created = service.api()
                .post(
                        "/api/v1/client-groups",
                        Map.of(
                                "service_id",
                                "127.0.0.1",
                                "num_clients",
                                1,
                                "requests_per_second",
                                5,
                                "duration_seconds",
                                2,
                                "prompts",
                                List.of("Who are you?", "And \"why\"?"),
                                "max_tokens",
                                7))
                .expect(201);
        long id = created.json().path("group_id").asLong(0);
        assertThat(status(id)).isEqualTo("pending");
        FakeClient client = service.connect(id, 0);
        String runId = client.prepare();
        var prepare = client.await(aifactory.protocol.ClientCommand.Kind.START, runId);
        assertThat(prepare.runId()).isEqualTo(runId);
        var specification = client.commands().getFirst().specification();
        assertThat(specification).isNotNull();
        assertThat(specification.requestRate()).isEqualTo(5);
        assertThat(specification.extraBody()).containsEntry("temperature", 0.7);
        assertThat(Files.readAllLines(
                        Path.of(Objects.requireNonNull(specification.dataset()).path())))
                .containsExactly("{\"prompt\":\"Who are you?\"}", "{\"prompt\":\"And \\\"why\\\"?\"}");
        assertThat(status(id)).isEqualTo("running");
        client.measure(runId, 5);
        service.awaitEnd(runId);
        assertThat(service.api()
                        .delete("/api/v1/client-groups/" + id)
                        .expect(200)
                        .json()
                        .path("group_id")
                        .asLong(0))
                .isEqualTo(id);
    }

    private String status(long id) {
        return service.api()
                .get("/api/v1/client-groups/" + id)
                .expect(200)
                .json()
                .at("/info/status")
                .asString("");
    }

    @Test
    void aServiceIdThatNobodyKnowsIsRefused() {
        Answer refused = service.api()
                .post("/api/v1/client-groups", Map.of("service_id", "vllm-7", "num_clients", 1))
                .expect(422);
        assertThat(refused.json().path("field").asString("")).isEqualTo("service_id");
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("service_id", "127.0.0.1", "num_clients", 1, "duration_seconds", 0),
                Map.of("service_id", "127.0.0.1", "num_clients", 1, "temperature", 3),
                Map.of("service_id", "127.0.0.1", "num_clients", 1, "requests_per_second", 0),
                Map.of("service_id", "127.0.0.1", "num_clients", 1, "prompts", List.of()),
                Map.of("service_id", "127.0.0.1", "num_clients", 1, "max_tokens", 0),
                Map.of("service_id", "127.0.0.1"))) {
            service.api().post("/api/v1/client-groups", wrong).expect(422);
        }
        assertThat(service.dispatcher().orders()).isEmpty();
    }
}
