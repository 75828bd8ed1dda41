package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.BatchMessage;
import aifactory.protocol.JsonFormat;
import aifactory.service.runs.BatchCodec;
import aifactory.service.testing.Answer;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.Measurements;
import aifactory.service.testing.TestService;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every batch counts once, for any fault of the network. */
final class BatchDeliveryTest {
    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    @SuppressWarnings("NullAway.Init")
    private FakeClient client;

    @SuppressWarnings("NullAway.Init")
    private String runId;

    @BeforeEach
    void start() {
        service = TestService.start(directory);
        List<FakeClient> clients = service.readyGroup(1, 1);
        runId = service.started(1, clients);
        client = clients.getFirst();
    }

    @AfterEach
    void end() {
        service.close();
    }

    @Test
    void aBatchSentAgainIsAcknowledgedAndNotCountedTwice() {
        BatchMessage batch = Measurements.batch(runId, 0, 0, 5);
        for (int times = 0; times < 3; times++) {
            Answer answer = client.deliver(batch).expect(200);
            assertThat(answer.json().path("durable_through").asLong(-1)).isZero();
        }
        BatchMessage last = Measurements.last(runId, 1, 1, false);
        client.deliver(last).expect(200);
        service.awaitRun(runId, "completed");
        assertThat(service.summary(runId).requests().completed()).isEqualTo(5);

        client.deliver(last).expect(200);
        client.deliver(batch).expect(200);
        assertThat(client.deliver(Measurements.batch(runId, 0, 2, 1))
                        .expect(404)
                        .detail())
                .contains("no longer accepted");
        assertThat(service.summary(runId).requests().completed()).isEqualTo(5);
    }

    @Test
    void aGapIsToldWithTheNumberThatIsExpected() {
        client.deliver(Measurements.batch(runId, 0, 0, 1)).expect(200);
        Answer gap = client.deliver(Measurements.batch(runId, 0, 2, 1)).expect(409);
        assertThat(gap.json().path("expected_sequence").asLong(-1)).isEqualTo(1);
        assertThat(gap.detail()).contains("batch 1 is expected");
    }

    @Test
    void anotherContentUnderTheSameNumberIsRefused() {
        client.deliver(Measurements.batch(runId, 0, 0, 5)).expect(200);
        assertThat(client.deliver(Measurements.batch(runId, 0, 0, 6))
                        .expect(409)
                        .detail())
                .contains("another content", "the first one counts");
        client.deliver(Measurements.last(runId, 1, 1, false)).expect(200);
        service.awaitRun(runId, "completed");
        assertThat(service.summary(runId).requests().completed()).isEqualTo(5);
    }

    @Test
    void whatCannotBeCountedIsNotStored() {
        BatchMessage good = Measurements.batch(runId, 0, 0, 1);
        refused(new BatchMessage(runId, -1, false, good.interval(), good.records(), null), "sequence");
        refused(new BatchMessage(runId, 0, true, good.interval(), good.records(), null), "completion");
        client.deliver(new BatchMessage("nosuchrun", 0, false, good.interval(), good.records(), null))
                .expect(404);
        Map<String, Object> histogram = Map.of("ttft_ms", "bm90IGEgaGlzdG9ncmFt");
        var tree = (tools.jackson.databind.node.ObjectNode) JsonFormat.mapper().valueToTree(good);
        ((tools.jackson.databind.node.ObjectNode) tree.path("interval"))
                .set("histograms", JsonFormat.mapper().valueToTree(histogram));
        assertThat(post(tree).expect(422).json().path("field").asString("")).isEqualTo("interval");
        ((tools.jackson.databind.node.ObjectNode) tree.path("interval"))
                .set("histograms", JsonFormat.mapper().valueToTree(Map.of("no_metric", "AAAA")));
        assertThat(post(tree).expect(422).detail()).contains("'no_metric' is not a metric");
        client.deliver(good).expect(200);
    }

    private void refused(BatchMessage batch, String field) {
        assertThat(client.deliver(batch).expect(422).json().path("field").asString(""))
                .isEqualTo(field);
    }

    private Answer post(Object body) {
        return service.api().as(service.secretOf(1)).post(client.path("batches"), body);
    }

    @Test
    void compressedBatchesAreTakenWithinBounds() {
        byte[] json = JsonFormat.mapper().writeValueAsBytes(Measurements.batch(runId, 0, 0, 3));
        Map<String, String> gzip = Map.of("Content-Type", "application/json", "Content-Encoding", "gzip");
        var api = service.api().as(service.secretOf(1));
        api.send("POST", client.path("batches"), BatchCodec.compress(json), gzip)
                .expect(200);
        api.send("POST", client.path("batches"), json, gzip).expect(422);
        byte[] bomb = BatchCodec.compress(new byte[65 << 20]);
        assertThat(api.send("POST", client.path("batches"), bomb, gzip)
                        .expect(413)
                        .detail())
                .contains("unpacks to more than");
        api.send("POST", client.path("batches"), new byte[17 << 20], Map.of()).expect(413);
        api.send("POST", client.path("batches"), json, Map.of("Content-Encoding", "br"))
                .expect(422);
        // The same, sent uncompressed this time, is still the same.
        api.post(client.path("batches"), json).expect(200);
    }

    @Test
    void nothingFollowsTheLastBatch() {
        List<FakeClient> pair = service.readyGroup(2, 2);
        String second = service.started(2, pair);
        pair.getFirst().deliver(Measurements.last(second, 0, 1, false)).expect(200);
        assertThat(pair.getFirst()
                        .deliver(Measurements.batch(second, 0, 1, 1))
                        .expect(409)
                        .detail())
                .contains("no batch can follow");
    }
}
