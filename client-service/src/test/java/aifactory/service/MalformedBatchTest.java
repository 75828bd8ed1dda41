package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.LatencyHistogram;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.GpuMessage;
import aifactory.protocol.IntervalMessage;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunState;
import aifactory.service.runs.BatchCodec;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Api;
import aifactory.service.testing.BatchMutation;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.Measurements;
import aifactory.service.testing.TestService;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** For any batch of a client, the service continues, and can restart. */
final class MalformedBatchTest {
    private static final int BATCHES = 700;
    private static final Set<Integer> EXPECTED = Set.of(200, 404, 409, 413, 422);

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
    void noBatchKeepsTheServiceFromStartingAgain() {
        long seed = Long.getLong("aifactory.test.seed", 16);
        System.out.println("seed " + seed + " (-Daifactory.test.seed)");
        List<FakeClient> others = service.readyGroup(2, 1);
        String other = service.started(2, others);
        others.getFirst().deliver(Measurements.batch(other, 0, 0, 4)).expect(200);
        List<FakeClient> clients = service.readyGroup(1, 2);
        String runId = service.started(1, clients);
        long[] next = new long[clients.size()];
        BatchMutation mutation = new BatchMutation(new Random(seed));
        Map<Integer, Integer> answers = new HashMap<>();
        for (int number = 0; number < BATCHES; number++) {
            FakeClient client = clients.get(number % 2);
            long sequence = next[client.id()];
            byte[] body = mutation.of(valid(runId, client.id(), sequence));
            Answer answer = send(client, body, number % 3 == 0);
            assertThat(answer.status())
                    .as("batch %d of seed %d: %s", number, seed, answer.text())
                    .isIn(EXPECTED);
            answers.merge(answer.status(), 1, Integer::sum);
            if (answer.status() == 200) {
                next[client.id()] = answer.json().path("durable_through").asLong(-1) + 1;
            }
            if (number % 50 == 0) {
                service.api().get("/metrics").expect(200);
                service.api().get("/api/v1/runs/" + runId).expect(200);
                service.api().get("/api/v1/runs/" + runId + "/timeline").expect(200);
            }
        }
        assertThat(answers.getOrDefault(422, 0)).as("%s", answers).isGreaterThan(BATCHES / 2);
        service.killAndRestart();
        others.getFirst().deliver(Measurements.last(other, 1, 1, false)).expect(200);
        service.awaitRun(other, "completed");
        assertThat(service.summary(other).requests().completed()).isEqualTo(4);
        for (FakeClient client : clients) {
            client.deliver(Measurements.last(runId, next[client.id()], 2, false));
        }
        assertThat(service.awaitEnd(runId).state()).isNotEqualTo(RunState.FAILED);
        for (String what :
                List.of("summary", "result", "report", "records", "timeline", "export/aiperf", "export/csv")) {
            assertThat(service.api().get("/api/v1/runs/" + runId + "/" + what).status())
                    .as(what)
                    .isEqualTo(200);
        }
        service.awaitStatus(1, "ready");
        String again = service.started(1, clients);
        clients.forEach(client -> client.measure(again, 2));
        service.awaitRun(again, "completed");
        service.killAndRestart();
        service.summary(runId);
        service.api().delete(TestService.group(1)).expect(200);
    }

    private static BatchMessage valid(String runId, int client, long sequence) {
        BatchMessage batch = Measurements.batch(runId, client, sequence % 5, 3);
        return new BatchMessage(
                runId,
                sequence,
                false,
                batch.interval(),
                batch.records(),
                null,
                new GpuMessage(null, List.of(new GpuMessage.Gpu(0, "GPU", 50, 1_000, 80_000, 300.0))));
    }

    private Answer send(FakeClient client, byte[] json, boolean compressed) {
        Api api = service.api().as(service.secretOf(1));
        return compressed
                ? api.send(
                        "POST",
                        client.path("batches"),
                        BatchCodec.compress(json),
                        Map.of("Content-Type", "application/json", "Content-Encoding", "gzip"))
                : api.post(client.path("batches"), json);
    }

    /** Each uses a hundred bytes of memory, and nothing on the way. */
    @Test
    void millionsOfMembersAreRefusedBeforeTheyAreMemory() {
        List<FakeClient> clients = service.readyGroup(1, 1);
        String runId = service.started(1, clients);
        String json = new String(
                JsonFormat.mapper().writeValueAsBytes(Measurements.batch(runId, 0, 0, 1)),
                java.nio.charset.StandardCharsets.UTF_8);
        StringBuilder members = new StringBuilder("\"errors\":{");
        for (int i = 0; i < 1_100_000; i++) {
            members.append('"').append(Integer.toString(i, 36)).append("\":1,");
        }
        String huge = json.replaceFirst("\"errors\":\\{", members.toString());
        assertThat(huge.length()).isGreaterThan(json.length() + 9_000_000);
        Answer answer = send(clients.getFirst(), huge.getBytes(java.nio.charset.StandardCharsets.UTF_8), true);
        assertThat(answer.expect(422).detail()).contains("2000000").containsIgnoringCase("token");
    }

    @Test
    void momentsThatAreNotThoseOfTheSamplesAreRefused() {
        List<FakeClient> clients = service.readyGroup(1, 1);
        String runId = service.started(1, clients);
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(20_000_000);
        histogram.record(30_000_000);
        byte[] good = histogram.encode();
        for (int moment = 0; moment < 4; moment++) {
            for (long value : new long[] {-5, 0, 3, 25_000_000, 4_000_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE}) {
                byte[] encoded = good.clone();
                ByteBuffer.wrap(encoded).putLong(8 * moment, value);
                assertThat(clients.getFirst()
                                .deliver(with(runId, Map.of("ttft_ms", encoded)))
                                .status())
                        .as("moment %d is %d", moment, value)
                        .isEqualTo(422);
            }
        }
        clients.getFirst().deliver(with(runId, Map.of("ttft_ms", good))).expect(200);
    }

    @Test
    void sumsDoNotOverflow() {
        List<FakeClient> clients = service.readyGroup(1, 1);
        String runId = service.started(1, clients);
        byte[] json = JsonFormat.mapper().writeValueAsBytes(Measurements.batch(runId, 0, 0, 1));
        String huge = new String(json, java.nio.charset.StandardCharsets.UTF_8)
                .replace("\"output_tokens\":8,\"chunks\":1", "\"output_tokens\":9223372036854775807,\"chunks\":1");
        assertThat(service.api()
                        .as(service.secretOf(1))
                        .post(clients.getFirst().path("batches"), huge)
                        .expect(422)
                        .json()
                        .path("field")
                        .asString(""))
                .startsWith("interval.");
        String target =
                new String(json, java.nio.charset.StandardCharsets.UTF_8).replace("\"target\":0", "\"target\":1");
        assertThat(service.api()
                        .as(service.secretOf(1))
                        .post(clients.getFirst().path("batches"), target)
                        .expect(422)
                        .detail())
                .contains("target 1 is not one of the run's 1 AI servers");
    }

    private static BatchMessage with(String runId, Map<String, byte[]> histograms) {
        BatchMessage batch = Measurements.batch(runId, 0, 0, 2);
        IntervalMessage interval = java.util.Objects.requireNonNull(batch.interval());
        return new BatchMessage(
                runId,
                0,
                false,
                new IntervalMessage(
                        interval.startNanos(),
                        interval.endNanos(),
                        interval.all(),
                        interval.measured(),
                        0,
                        1,
                        histograms,
                        interval.health()),
                batch.records(),
                null);
    }
}
