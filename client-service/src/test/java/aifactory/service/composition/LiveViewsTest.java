package aifactory.service.composition;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.IntervalMeasurement;
import aifactory.protocol.IntervalMessage;
import aifactory.service.groups.Group;
import aifactory.service.runs.BatchCodec;
import aifactory.service.runs.Run;
import aifactory.service.testing.Api;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.Measurements;
import aifactory.service.testing.TestService;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Readers of a run while its clients deliver: no reader sees half of a batch, and reading loses nothing. */
final class LiveViewsTest {
    private static final int BEFORE = 5;
    private static final int MEANWHILE = 7;

    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    private String runId = "";

    @BeforeEach
    void start() {
        service = TestService.start(directory);
        List<FakeClient> clients = service.readyGroup(1, 1);
        runId = service.started(1, clients, Map.of("duration", "200s"));
        clients.getFirst().deliver(Measurements.batch(runId, 0, 0, BEFORE)).expect(200);
    }

    @AfterEach
    void end() {
        service.close();
    }

    /** A reader that arrives while a batch is being written waits for its end, and sees all of it. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/api/v1/runs/RUN,                    '\"all\":[{][^}]*\"completed\":12,'",
        "/api/v1/runs?benchmark_id=1,         '\"all\":[{][^}]*\"completed\":12,'",
        "/api/v1/runs/RUN/timeline,           '(?s)\"completed\":5,.*\"completed\":7,'",
        "/metrics,                            '(?m)^client_requests_success[{][^}]*[}] 12[.]0$'",
        "/api/v1/client-group/1/metrics,      '(?m)^client_requests_success[{][^}]*[}] 12[.]0$'",
        "/api/v1/client-groups/1/metrics,     '(?m)^client_requests_success[{][^}]*[}] 12[.]0$'",
        "/api/v1/client-group/1,              '\"benchmark_id\":1'",
        "/api/v1/client-groups,               '\"benchmark_id\":1'",
        "/api/v1/client-groups/targets,       '127.0.0.1:19000'",
        "/api/v1/jobs,                        '7000'"
    })
    void aViewIsTakenBetweenTwoBatches(String path, String pattern) {
        Group group = service.running().core().clients().require(1);
        IntervalMessage message = Objects.requireNonNull(
                Measurements.batch(runId, 0, 1, MEANWHILE).interval());
        IntervalMeasurement interval = BatchCodec.interval(message);
        Api api = service.api();
        CompletableFuture<String> view;
        group.lock().lock();
        try {
            int others =
                    Eventually.await("the threads of the service", group.lock()::getQueueLength, length -> length > 0);
            view = CompletableFuture.supplyAsync(
                    () -> api.get(path.replace("RUN", runId)).expect(200).text(),
                    task -> Thread.ofVirtual().start(task));
            Eventually.await(
                    "it waits, or has not waited",
                    () -> group.lock().getQueueLength() > others || view.isDone(),
                    seen -> seen);
            assertThat(view).as("taken without the lock").isNotDone();
            Run run = Objects.requireNonNull(group.currentRun());
            run.aggregate().add(0, interval);
        } finally {
            group.lock().unlock();
        }
        assertThat(view.join()).containsPattern(Pattern.compile(pattern));
    }

    /** Looking often while clients deliver: in the end everything that was acknowledged is counted, once. */
    @Test
    void nothingIsLostByLooking() {
        service.running();
        List<FakeClient> clients = service.readyGroup(2, 2);
        String other = service.started(2, clients, Map.of("duration", "200s"));
        CompletableFuture<Void> looking = new CompletableFuture<>();
        Api api = service.api();
        Thread looker = Thread.ofVirtual().start(() -> {
            while (!looking.isDone()) {
                api.get("/api/v1/runs/" + other).expect(200);
                api.get("/metrics").expect(200);
            }
        });
        int batches = 20;
        try {
            for (FakeClient client : clients) {
                for (int sequence = 0; sequence < batches; sequence++) {
                    client.deliver(Measurements.batch(other, client.id(), sequence, 3))
                            .expect(200);
                }
            }
        } finally {
            looking.complete(null);
        }
        clients.forEach(client -> client.deliver(Measurements.last(other, batches, batches, false))
                .expect(200));
        service.awaitRun(other, "completed");
        assertThat(service.summary(other).requests().completed()).isEqualTo(2L * batches * 3);
        assertThat(Objects.requireNonNull(service.summary(other).metrics().get("ttft_ms"))
                        .count())
                .isEqualTo(2L * batches * 3);
        Eventually.await("the looker has ended", looker::isAlive, alive -> !alive);
    }
}
