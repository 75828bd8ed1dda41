package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.testing.Answer;
import aifactory.service.testing.Api;
import aifactory.service.testing.TestService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids that the service assigns belong to one group each, and every one of them can be asked for. */
final class AssignedIdsTest {
    private static final int CALLERS = 20;

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

    private static List<Answer> atOnce(List<Supplier<Answer>> asked) {
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        asked.forEach(each -> answers.add(
                CompletableFuture.supplyAsync(each, task -> Thread.ofVirtual().start(task))));
        return answers.stream().map(CompletableFuture::join).toList();
    }

    @Test
    void twentyCallersAtOnceGetTwentyIdsWhileOthersNameTheirs() {
        Api api = service.api();
        List<Supplier<Answer>> asked = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
            asked.add(() -> api.post("/api/v1/client-groups", Map.of("num_clients", 1)));
            long named = caller + 1L;
            if (caller % 4 == 0) {
                asked.add(() -> api.post(TestService.group(named), Map.of("num_clients", 1)));
            }
        }
        Set<Long> ids = new TreeSet<>();
        int assigned = 0;
        for (Answer answer : atOnce(asked)) {
            if (answer.asked().endsWith("client-groups")) {
                answer.expect(201);
                assigned++;
            }
            if (answer.status() == 201) {
                assertThat(ids.add(answer.json().path("benchmark_id").asLong(-1)))
                        .as(answer.text())
                        .isTrue();
            }
        }
        assertThat(assigned).isEqualTo(CALLERS);
        ids.forEach(id -> service.api().get(TestService.group(id)).expect(200));
    }

    @Test
    void afterTheHighestIdComesTheLowestFreeOne() {
        service.create(Integer.MAX_VALUE - 1, Map.of("num_clients", 1)).expect(201);
        service.create(1, Map.of("num_clients", 1)).expect(201);
        List<Long> ids = new ArrayList<>();
        for (int group = 0; group < 3; group++) {
            long id = service.api()
                    .post("/api/v1/client-groups", Map.of("num_clients", 1))
                    .expect(201)
                    .json()
                    .path("benchmark_id")
                    .asLong(-1);
            service.api().get(TestService.group(id)).expect(200);
            ids.add(id);
        }
        assertThat(ids).containsExactly((long) Integer.MAX_VALUE, 2L, 3L);
    }

    @Test
    void noMoreGroupsAreActiveThanTheLimitAllows() {
        service.close();
        try (TestService limited = TestService.start(
                directory.resolve("limited"),
                configuration -> configuration.withLimits(configuration.limits().withMaximumGroups(2)))) {
            limited.create(1, Map.of("num_clients", 1)).expect(201);
            limited.create(2, Map.of("num_clients", 1)).expect(201);
            Answer refused = limited.create(3, Map.of("num_clients", 1)).expect(409);
            assertThat(refused.text()).contains("2 groups are active, the maximum of this service");
            limited.api().delete(TestService.group(1)).expect(200);
            limited.create(3, Map.of("num_clients", 1)).expect(201);
        }
    }
}
