package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.ClientShares;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.protocol.BatchFormat;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.EarlierBatch;
import aifactory.protocol.GpuMessage;
import aifactory.protocol.IntervalMessage;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunState;
import aifactory.protocol.ShareMessage;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Api;
import aifactory.service.testing.BatchMutation;
import aifactory.service.testing.BinaryMutation;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.Measurements;
import aifactory.service.testing.TestService;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Batches in the binary form, in addition to those in JSON. */
final class BinaryBatchTest {
    private static final long SEED = 20_261_129;

    /** What differs from one run to the next. */
    private static final String OF_THE_OCCASION = "(?s)\\.(run_id|benchmark_id|provenance\\.(started|ended)_at): .*";

    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    @BeforeEach
    void start() {
        service = TestService.start(directory);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void aRunOfBothFormsGivesOneResultAlsoAfterARestart() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        String runId = service.started(1, clients);
        byte[] first = BatchFormat.encode(Measurements.batch(runId, 0, 0, 5));
        clients.get(0).deliverBinary(first).expect(200);
        clients.get(1).deliver(Measurements.batch(runId, 1, 0, 4)).expect(200);
        service.killAndRestart();
        clients.get(0).deliverBinary(first).expect(200);
        // The answer to the first was lost, and a client of another version sends it again.
        String path = clients.get(0).path("batches");
        Api api = service.api().as(service.secretOf(1));
        api.post(path, EarlierBatch.of(Measurements.batch(runId, 0, 0, 5))).expect(200);
        api.post(path, EarlierBatch.of(Measurements.batch(runId, 0, 0, 6))).expect(409);
        assertThat(clients.get(0)
                        .deliverBinary(BatchFormat.encode(Measurements.batch(runId, 0, 0, 6)))
                        .expect(409)
                        .detail())
                .contains("another content");
        for (FakeClient client : clients) {
            client.deliverBinary(BatchFormat.encode(Measurements.last(runId, 1, 1, false)))
                    .expect(200);
        }
        service.awaitRun(runId, "completed");
        assertThat(service.summary(runId).requests().completed()).isEqualTo(9);
    }

    /** With everything that a batch may hold. */
    private static BatchMessage whole(String runId, int client, long sequence) {
        BatchMessage batch = Measurements.batch(runId, client, sequence, 4, 1);
        IntervalMessage interval = Objects.requireNonNull(batch.interval());
        ClientShares shares = new ClientShares();
        shares.record(Metric.TTFT, 30_000 + 1_000 * sequence, 4);
        shares.record(Metric.E2EL, 50_000, 4);
        return new BatchMessage(
                runId,
                sequence,
                false,
                new IntervalMessage(
                        interval.startNanos(),
                        interval.endNanos(),
                        interval.all(),
                        interval.measured(),
                        interval.inFlight(),
                        interval.allStreamedChunks(),
                        interval.histograms(),
                        interval.health(),
                        ShareMessage.of(shares)),
                batch.records(),
                null,
                new GpuMessage(null, List.of(new GpuMessage.Gpu(0, "GPU", 50, 1_000, 80_000, 300.0))));
    }

    /** As the client sends it: histograms by their occupied buckets. */
    private static byte[] binary(BatchMessage batch) {
        IntervalMessage interval = batch.interval();
        if (interval == null) {
            return BatchFormat.encode(batch);
        }
        Map<String, byte[]> histograms = new HashMap<>();
        interval.histograms()
                .forEach((name, encoded) ->
                        histograms.put(name, LatencyHistogram.decode(encoded).encodeBuckets()));
        return BatchFormat.encode(new BatchMessage(
                batch.runId(),
                batch.sequence(),
                batch.last(),
                new IntervalMessage(
                        interval.startNanos(),
                        interval.endNanos(),
                        interval.all(),
                        interval.measured(),
                        interval.inFlight(),
                        interval.allStreamedChunks(),
                        histograms,
                        interval.health(),
                        interval.clientShares()),
                batch.records(),
                batch.completion(),
                batch.gpus()));
    }

    private record Result(JsonNode summary, JsonNode timeline, List<String> records) {}

    private Result resultOf(long benchmarkId, Function<BatchMessage, byte[]> form) {
        List<FakeClient> clients = service.readyGroup(benchmarkId, 2);
        String runId = service.started(benchmarkId, clients);
        Api api = service.api().as(service.secretOf(benchmarkId));
        for (FakeClient client : clients) {
            for (long second = 0; second < 3; second++) {
                byte[] body = form.apply(
                        second < 2 ? whole(runId, client.id(), second) : Measurements.last(runId, second, 2, false));
                (BatchFormat.isIn(body) ? client.deliverBinary(body) : api.post(client.path("batches"), body))
                        .expect(200);
            }
        }
        service.awaitRun(runId, "completed");
        String run = "/api/v1/runs/" + runId + "/";
        return new Result(
                service.api().get(run + "summary").expect(200).json(),
                service.api().get(run + "timeline").expect(200).json(),
                service.api().get(run + "records").expect(200).text().lines().toList());
    }

    @Test
    void aRunHasTheSameResultInBothForms() {
        Result json = resultOf(1, JsonFormat.mapper()::writeValueAsBytes);
        Result binary = resultOf(2, BinaryBatchTest::binary);
        assertThat(binary.records()).isEqualTo(json.records()).hasSizeGreaterThanOrEqualTo(16);
        assertThat(differences("", json.timeline(), binary.timeline()))
                .allSatisfy(path -> assertThat(path).matches(OF_THE_OCCASION));
        assertThat(differences("", json.summary(), binary.summary()))
                .allSatisfy(path -> assertThat(path).matches(OF_THE_OCCASION));
        assertThat(json.summary().toString()).contains("\"completed\":16", "client_share");
    }

    /** Paths of the values in which the two differ. */
    private static List<String> differences(String path, JsonNode one, JsonNode other) {
        if (one.isObject()
                && other.isObject()
                && Set.copyOf(one.propertyNames()).equals(Set.copyOf(other.propertyNames()))) {
            return one.properties().stream()
                    .flatMap(member ->
                            differences(path + "." + member.getKey(), member.getValue(), other.path(member.getKey()))
                                    .stream())
                    .toList();
        }
        if (one.isArray() && other.isArray() && one.size() == other.size()) {
            return IntStream.range(0, one.size())
                    .boxed()
                    .flatMap(i -> differences(path + "[]", one.path(i), other.path(i)).stream())
                    .toList();
        }
        return one.equals(other) ? List.of() : List.of(path + ": " + one + " and " + other);
    }

    @Test
    void theServiceOutlivesWhateverBytesAreSent() {
        long seed = Long.getLong("aifactory.test.seed", SEED);
        List<FakeClient> others = service.readyGroup(2, 1);
        String other = service.started(2, others);
        others.getFirst().deliverBinary(binary(whole(other, 0, 0))).expect(200);
        FakeClient client = service.readyGroup(1, 1).getFirst();
        String runId = service.started(1, List.of(client));
        BinaryMutation mutation = new BinaryMutation(new Random(seed));
        Map<Integer, Integer> answers = new HashMap<>();
        long next = 0;
        for (int i = 0; i < 500; i++) {
            Answer answer = client.deliverBinary(mutation.of(binary(whole(runId, 0, next))));
            // A changed latency is as good as another, and counts; another run or number is found out.
            assertThat(answer.status())
                    .as("seed %d, change %d: %s", seed, i, answer.text())
                    .isIn(200, 404, 409, 413, 422);
            answers.merge(answer.status(), 1, Integer::sum);
            next = answer.status() == 200
                    ? answer.json().path("durable_through").asLong(-1) + 1
                    : next;
        }
        assertThat(answers.getOrDefault(422, 0)).as("%s", answers).isGreaterThan(250);
        service.api().get("/metrics").expect(200);
        service.killAndRestart();
        others.getFirst()
                .deliverBinary(binary(Measurements.last(other, 1, 1, false)))
                .expect(200);
        service.awaitRun(other, "completed");
        assertThat(service.summary(other).requests().completed()).isEqualTo(4);
        client.deliverBinary(binary(Measurements.last(runId, next, 2, false))).expect(200);
        assertThat(service.awaitEnd(runId).state()).isNotEqualTo(RunState.FAILED);
        for (String what : List.of("summary", "result", "report", "records", "timeline", "export/csv")) {
            service.api().get("/api/v1/runs/" + runId + "/" + what).expect(200);
        }
        assertThat(service.api()
                        .get("/api/v1/journal?event=set%20aside")
                        .expect(200)
                        .text())
                .as("seed %d: everything stored can be read", seed)
                .contains("\"entries\":[]");
    }

    /** Values that cannot be, in a form that can: what JSON is refused for the binary form is refused for too. */
    @Test
    void bothFormsAreJudgedAlike() {
        long seed = Long.getLong("aifactory.test.seed", SEED);
        List<FakeClient> clients = service.readyGroup(1, 2);
        String runId = service.started(1, clients);
        BatchMutation mutation = new BatchMutation(new Random(seed));
        long next = 0;
        int compared = 0;
        for (int i = 0; i < 500; i++) {
            BatchMessage changed;
            byte[] binary;
            try {
                changed = JsonFormat.mapper().readValue(mutation.of(whole(runId, 0, next)), BatchMessage.class);
                binary = BatchFormat.encode(changed);
            } catch (JacksonException | NullPointerException | IllegalStateException e) {
                // A member is missing that JSON may lack, and is refused for.
                continue;
            }
            compared++;
            Answer json = clients.get(0).deliver(changed);
            assertThat(clients.get(1).deliverBinary(binary).status())
                    .as("seed %d, change %d: %s", seed, i, json.text())
                    .isEqualTo(json.status());
            next = json.status() == 200 ? json.json().path("durable_through").asLong(-1) + 1 : next;
        }
        assertThat(compared).isGreaterThan(100);
    }

    /** A length may be said to be anything: no more is made room for than there are bytes. */
    @Test
    void lengthsBeyondTheBodyAreRefused() {
        FakeClient client = service.readyGroup(1, 1).getFirst();
        String runId = service.started(1, List.of(client));
        byte[] huge = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7};
        long next = 0;
        int refused = 0;
        int length = binary(whole(runId, 0, 0)).length;
        for (int at = 4; at < length; at += 3) {
            byte[] whole = binary(whole(runId, 0, next));
            Answer answer = client.deliverBinary(ByteBuffer.allocate(whole.length + huge.length - 1)
                    .put(whole, 0, at)
                    .put(huge)
                    .put(whole, at + 1, whole.length - at - 1)
                    .array());
            // Where no length is, it is a number like any other.
            assertThat(answer.status()).as("at byte %d: %s", at, answer.text()).isIn(200, 404, 409, 422);
            refused += answer.status() == 422 ? 1 : 0;
            next = answer.status() == 200
                    ? answer.json().path("durable_through").asLong(-1) + 1
                    : next;
        }
        assertThat(refused).isGreaterThan(length / 6);
        client.deliverBinary(binary(whole(runId, 0, next))).expect(200);
    }

    @Test
    void otherVersionsAndCompressionAreRefusedByName() {
        List<FakeClient> clients = service.readyGroup(1, 1);
        String runId = service.started(1, clients);
        byte[] body = BatchFormat.encode(Measurements.batch(runId, 0, 0, 3));
        String path = clients.getFirst().path("batches");
        Api api = service.api().as(service.secretOf(1));
        String type = "application/vnd.aifactory.batch";
        for (String other : List.of(type, type + "; version=2", type + "s; version=1")) {
            assertThat(api.send("POST", path, body, Map.of("Content-Type", other))
                            .expect(422)
                            .detail())
                    .contains(other, "version=1");
        }
        assertThat(api.send(
                                "POST",
                                path,
                                body,
                                Map.of("Content-Type", BatchFormat.CONTENT_TYPE, "Content-Encoding", "gzip"))
                        .expect(422)
                        .detail())
                .contains("not compressed");
        api.send("POST", path, body, Map.of("Content-Type", type + ";version=\"1\""))
                .expect(200);
    }
}
