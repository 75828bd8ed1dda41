package aifactory.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.client.connection.GroupService;
import aifactory.client.connection.ServiceClock;
import aifactory.client.progress.ProcessContext;
import aifactory.client.testing.Contexts;
import aifactory.client.testing.FakeClientService;
import aifactory.client.testing.FakeTime;
import aifactory.client.waiting.EndReason;
import aifactory.measurement.ClockOffsetEstimator;
import aifactory.node.connection.ServiceHttp;
import aifactory.protocol.BatchFormat;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.ConnectResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchDeliveryTest {
    private static final String RUN = "run-1";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FakeTime time = new FakeTime();
    private final ProcessContext context = Contexts.virtual(time, 11);
    private final ServiceHttp http = new ServiceHttp(time, null, Duration.ofSeconds(5));
    private final FakeClientService service = new FakeClientService(1);
    private final List<String> refusedRuns = new CopyOnWriteArrayList<>();
    private BatchSpool spool;
    private GroupService group;
    private BatchDelivery delivery;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        service.clock(time::nanoTime);
        spool = new BatchSpool(SpoolLimits.DEFAULTS);
        ServiceClock clock = new ServiceClock(new ClockOffsetEstimator(), time, InstantSource.system());
        group = new GroupService(
                http,
                service.uri(),
                1,
                registration(List.of(BatchFormat.CONTENT_TYPE)),
                clock,
                time,
                Duration.ofSeconds(10));
        delivery = new BatchDelivery(spool, group, context, refusedRuns::add);
        thread = Thread.ofPlatform().daemon().unstarted(delivery);
    }

    @AfterEach
    void close() throws InterruptedException {
        delivery.close();
        thread.join();
        http.close();
        service.close();
    }

    @Test
    void toAServiceThatSaysNothingOfFormsGoesTheJsonOfTheVersionBefore() throws Exception {
        group.registeredAgain(registration(null));
        spoolBatches(0, 3);
        deliverAll();
        assertThat(sequencesPosted()).isEqualTo(range(0, 3));
        assertThat(service.postings())
                .allSatisfy(
                        posting -> assertThat(BatchFormat.isIn(posting.body())).isFalse());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 415, 422})
    void whereAnEarlierServiceHasTakenTheServicesPlaceJsonIsSentInstead(int status) throws Exception {
        service.refusesBinary(status);
        spoolBatches(0, 3);
        deliverAll();
        assertThat(sequencesPosted()).isEqualTo(range(0, 3));
        assertThat(refusedRuns).isEmpty();
        assertThat(group.takesBinaryBatches()).isFalse();
        // Back again, it says so when the client registers.
        group.registeredAgain(registration(List.of(BatchFormat.CONTENT_TYPE)));
        assertThat(group.takesBinaryBatches()).isTrue();
    }

    @Test
    void aLostAnswerAndAnEarlierServiceInItsPlaceLoseAndRepeatNothing() throws Exception {
        spoolBatches(0, 4);
        service.loseAnswers("batches", 1);
        service.fail("batches", 1, 422, "the body is not JSON");
        service.loseAnswers("batches", 1);
        deliverAll();
        assertThat(service.durable(RUN)).extracting(BatchMessage::sequence).isEqualTo(range(0, 4));
        assertThat(service.postings().stream().map(posting -> BatchFormat.isIn(posting.body())))
                .as("binary until it is refused")
                .startsWith(true, false);
        assertThat(refusedRuns).isEmpty();
    }

    @Test
    void aBatchThatIsRefusedInBothFormsEndsItsRunAndNotTheForm() throws Exception {
        service.fail("batches", 2, 422, "records[0].index -1 is not a number from 0");
        spoolBatches(0, 1);
        spool.add("other", 0, batch("other", 0));
        deliverAll();
        assertThat(refusedRuns).containsExactly(RUN);
        assertThat(service.durable("other")).hasSize(1);
        assertThat(service.postings())
                .allSatisfy(
                        posting -> assertThat(BatchFormat.isIn(posting.body())).isTrue());
    }

    @Test
    void postsInOrderOneAtATime() throws Exception {
        spoolBatches(0, 20);
        deliverAll();

        assertThat(sequencesPosted()).isEqualTo(range(0, 20));
        assertThat(service.durable(RUN)).hasSize(20);
        assertThat(time.sleeps()).isEmpty();
    }

    @Test
    void sendsABatchWhoseAcknowledgementIsLostAgainAsItWas() throws Exception {
        service.loseAnswers("batches", 2);
        spoolBatches(0, 3);
        deliverAll();

        assertThat(sequencesPosted()).containsExactly(0L, 0L, 0L, 1L, 2L);
        assertThat(service.durable(RUN)).extracting(BatchMessage::sequence).isEqualTo(range(0, 3));
        assertThat(service.postings().get(1).body())
                .as("the very same bytes")
                .isEqualTo(service.postings().get(0).body());
        assertThat(time.sleeps()).hasSize(2);
    }

    @Test
    void keepsEverythingWhileTheServiceIsAwayAndDeliversWhenItIsBack() throws Exception {
        service.goAway();
        spoolBatches(0, 50);
        time.onSleep(_ -> {
            if (time.sleeps().size() == 8) {
                service.comeBack();
            }
        });
        deliverAll();

        assertThat(service.durable(RUN)).extracting(BatchMessage::sequence).isEqualTo(range(0, 50));
        assertThat(time.sleeps()).hasSize(8);
        assertThat(refusedRuns).isEmpty();
    }

    @Test
    void waitsAsLongAsAnOverloadedServiceAsksFor() throws Exception {
        service.fail("batches", 1, 503, "disk is slow", Map.of("Retry-After", "9"));
        spoolBatches(0, 1);
        deliverAll();

        assertThat(time.sleeps())
                .singleElement()
                .satisfies(pause -> assertThat(pause).isGreaterThanOrEqualTo(Duration.ofSeconds(9)));
        assertThat(service.durable(RUN)).hasSize(1);
    }

    @Test
    void goesOnWhereTheServiceSaysWhenItHasMore() throws Exception {
        service.alreadyDurable(RUN, 4);
        service.answer("batches", 1, 409, "{\"detail\":\"batch 4 is next\",\"expected_sequence\":4}");
        spoolBatches(0, 6);
        deliverAll();

        assertThat(sequencesPosted()).as("0 was answered by a 409 that named 4").containsExactly(4L, 5L);
        assertThat(service.durable(RUN)).hasSize(6);
        assertThat(refusedRuns).isEmpty();
    }

    @Test
    void anAcknowledgementCoversEveryEarlierBatch() throws Exception {
        service.alreadyDurable(RUN, 4);
        spoolBatches(0, 6);
        deliverAll();

        assertThat(sequencesPosted()).containsExactly(0L, 4L, 5L);
    }

    @Test
    void namesARunOfWhichTheServiceLostAcknowledgedBatches() throws Exception {
        spoolBatches(3, 3);
        deliverAll();

        assertThat(refusedRuns).containsExactly(RUN);
        assertThat(service.durable(RUN)).isEmpty();
    }

    @Test
    void aRunThatIsGoneIsLetGoAndTheNextIsDelivered() throws Exception {
        service.fail("batches", 1, 404, "Unknown run run-0");
        spool.add("run-0", 0, batch("run-0", 0));
        spool.add("run-0", 1, batch("run-0", 1));
        spoolBatches(0, 2);
        deliverAll();

        assertThat(refusedRuns).containsExactly("run-0");
        assertThat(service.durable(RUN)).hasSize(2);
        assertThat(service.durable("run-0")).isEmpty();
    }

    @Test
    void keepsBatchesWhileItsTokenIsRefused() throws Exception {
        service.fail("batches", 3, 401, "who are you?");
        spoolBatches(0, 2);
        deliverAll();

        assertThat(service.durable(RUN)).hasSize(2);
        assertThat(refusedRuns).isEmpty();
    }

    @Test
    void keepsABatchWhoseAcknowledgementMakesNoSense() throws Exception {
        service.answer("batches", 1, 200, "<html></html>");
        service.answer("batches", 1, 200, "{\"run_id\":\"run-1\",\"clock\":null}");
        service.answer("batches", 1, 200, "{\"run_id\":\"run-1\",\"durable_through\":-1,\"clock\":null}");
        spoolBatches(0, 1);
        deliverAll();

        assertThat(service.durable(RUN)).hasSize(1);
        assertThat(time.sleeps()).hasSize(3);
    }

    @Test
    void pausesBrieflyOnceTheProcessEnds() throws Exception {
        context.ending().request(EndReason.TERMINATED);
        service.fail("batches", 20, 503, "not now");
        spoolBatches(0, 1);
        deliverAll();

        assertThat(time.sleeps())
                .hasSize(20)
                .allSatisfy(pause -> assertThat(pause).isLessThanOrEqualTo(Duration.ofSeconds(1)));
    }

    private static ConnectResponse registration(@Nullable List<String> batchFormats) {
        return new ConnectResponse("registered", 1, "http://127.0.0.1:1", 0, 1, 10, batchFormats);
    }

    private void spoolBatches(int first, int count) throws Exception {
        for (int sequence = first; sequence < first + count; sequence++) {
            spool.add(RUN, sequence, batch(RUN, sequence));
        }
    }

    private static byte[] batch(String runId, long sequence) {
        return BatchEncoder.encode(new BatchMessage(runId, sequence, false, null, List.of(), null));
    }

    private void deliverAll() throws InterruptedException {
        thread.start();
        assertThat(spool.awaitEmpty(PATIENCE))
                .as("everything is delivered or let go")
                .isTrue();
    }

    private List<Long> sequencesPosted() {
        return service.postings().stream().map(each -> each.batch().sequence()).toList();
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }
}
