package aifactory.client;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.client.testing.Eventually;
import aifactory.client.testing.FakeClientService;
import aifactory.client.testing.FakeLoadGenerator;
import aifactory.client.testing.FakeLoadGenerator.FakeLoad;
import aifactory.client.testing.Orders;
import aifactory.client.testing.RunningClient;
import aifactory.engine.LoadPlan;
import aifactory.node.NodeExitCode;
import aifactory.protocol.ArmedMessage;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.ClientCommand.Kind;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a client process carries out what the service orders, also when orders come twice, late or at odd moments. */
class ClientCommandsTest {
    private static final String RUN = "run-1";

    private final FakeLoadGenerator generator = new FakeLoadGenerator();
    private final FakeClientService service = new FakeClientService(1);
    private RunningClient client;

    @BeforeEach
    void startClient() {
        client = RunningClient.start(service, generator);
    }

    @AfterEach
    void close() {
        client.close();
        service.close();
    }

    @Test
    void carriesOutACommandOnceThoughItComesTwice() {
        service.order(Orders.prepare(RUN));
        awaitArmed(1);
        service.loseAnswers("commands", 3);
        service.answer("commands", 2, 200, """
                {"commands": [{"sequence": 1, "kind": "prepare", "run_id": "run-1", "salt": null, "specification": null,
                 "targets": null, "share": null, "start_epoch_nanos": null}], "clock": null}
                """);
        FakeLoad load = start(0, RUN);
        Eventually.until("the old command was sent again", () -> service.faultsLeft("commands") == 0);
        load.complete();
        awaitComplete(RUN);

        assertThat(generator.plans()).hasSize(1);
        assertThat(completion(RUN).stopped()).isFalse();
    }

    @Test
    void doesNotSkipACommandThatIsMissing() {
        service.answer("commands", 2, 200, """
                {"commands": [{"sequence": 2, "kind": "exit", "run_id": null, "salt": null, "specification": null,
                 "targets": null, "share": null, "start_epoch_nanos": null}], "clock": null}
                """);
        service.order(Orders.prepare(RUN));
        awaitArmed(1);

        assertThat(client.hasExited()).isFalse();
    }

    @Test
    void tellsTheServiceWhyItCannotTakePart() throws Exception {
        generator.refuse("the model 'gpt-5' is not served; ask for one of: tiny");
        service.order(Orders.prepare(RUN));
        awaitArmed(1);
        service.order(Kind.EXIT, null, null);

        assertThat(client.awaitExit()).isEqualTo(NodeExitCode.DONE);
        assertThat(service.armed())
                .containsExactly(new ArmedMessage(RUN, "the model 'gpt-5' is not served; ask for one of: tiny"));
        assertThat(service.durable(RUN)).isEmpty();
    }

    @Test
    void tellsTheServiceOfAnOrderThatMakesNoSense() {
        service.order(Orders.prepareWithTarget(RUN, "http://[not-an-address"));
        awaitArmed(1);

        assertThat(service.armed().getFirst().error())
                .contains("preparing the load failed")
                .contains("not-an-address");
        assertThat(client.hasExited()).isFalse();
    }

    @Test
    void reportsArmedUntilTheServiceHasHeard() {
        service.fail("armed", 3, 503, "busy");
        service.order(Orders.prepare(RUN));
        awaitArmed(1);

        assertThat(service.received("armed")).hasSize(4);
    }

    @Test
    void letsGoOfALoadThatTheServiceDoesNotWaitFor() throws Exception {
        service.fail("armed", 1, 409, "run-1 is stopped");
        service.order(Orders.prepare(RUN));
        FakeLoad load = generator.awaitLoad(0);
        Eventually.until("the load is closed", load::isClosed);
        service.order(Kind.EXIT, null, null);

        assertThat(client.awaitExit()).isEqualTo(NodeExitCode.DONE);
        assertThat(load.isStarted()).isFalse();
        assertThat(service.durable(RUN)).isEmpty();
    }

    @Test
    void comparesTheClocksSeveralTimesBeforeItIsArmed() {
        service.order(Orders.prepare(RUN));
        awaitArmed(1);

        assertThat(service.received("commands").stream()
                        .filter(each -> each.query().contains("wait_ms=0"))
                        .count())
                .isEqualTo(RunningClient.TIMINGS.clockExchanges());
    }

    @Test
    void stopsALoadAndDeliversWhatItMeasured() {
        service.order(Orders.prepare(RUN));
        awaitArmed(1);
        FakeLoad load = start(0, RUN);
        load.deliver(0, 4);
        service.order(Kind.STOP, RUN, null);
        awaitComplete(RUN);

        assertThat(completion(RUN).stopped()).isTrue();
        assertThat(service.durable(RUN)).extracting(BatchMessage::sequence).containsExactly(0L, 1L);
        Eventually.until("the load is closed", load::isClosed);
    }

    @Test
    void aRunThatIsStoppedBeforeItsStartStillHasALastBatch() {
        service.order(Orders.prepare(RUN));
        awaitArmed(1);
        service.order(Kind.STOP, RUN, null);
        awaitComplete(RUN);

        assertThat(completion(RUN).stopped()).isTrue();
        assertThat(generator.awaitLoad(0).isStarted()).isFalse();
        Eventually.until("the load is closed", generator.awaitLoad(0)::isClosed);
    }

    @Test
    void aRunThatIsStoppedWhileItIsPreparedNeverStarts() {
        generator.holdPreparing();
        service.order(Orders.prepare(RUN));
        Eventually.until("it is preparing", () -> !generator.plans().isEmpty());
        service.order(Kind.STOP, RUN, null);
        awaitComplete(RUN);
        generator.letPrepare();
        FakeLoad load = generator.awaitLoad(0);
        Eventually.until("the load is closed", load::isClosed);

        assertThat(load.isStarted()).isFalse();
        assertThat(service.armed()).isEmpty();
    }

    @Test
    void anOrderToStartThatComesBeforeTheLoadIsReadyIsKept() {
        generator.holdPreparing();
        service.order(Orders.prepare(RUN));
        Eventually.until("it is preparing", () -> !generator.plans().isEmpty());
        long startNanos = System.nanoTime();
        service.order(Kind.START, RUN, startNanos);
        service.order(Kind.START, "some-other-run", startNanos);
        Eventually.until(
                "START was carried out",
                () -> service.received("commands").stream()
                        .anyMatch(each -> each.query().contains("after=3")));
        generator.letPrepare();

        assertThat(Math.abs(generator.awaitLoad(0).awaitStart() - startNanos))
                .as("T0 as ordered, within the clocks' uncertainty")
                .isLessThan(100_000_000L);
    }

    @Test
    void aNewRunEndsOneThatIsStillGoingOn() {
        service.order(Orders.prepare("run-0"));
        awaitArmed(1);
        FakeLoad earlier = start(0, "run-0");
        earlier.deliver(0, 1);
        service.order(Orders.prepare(RUN));
        awaitArmed(2);
        FakeLoad later = start(1, RUN);
        later.deliver(0, 1);
        later.complete();
        awaitComplete(RUN);

        assertThat(earlier.isStopped()).isTrue();
        awaitComplete("run-0");
        assertThat(completion("run-0").stopped()).isTrue();
        assertThat(completion(RUN).stopped()).isFalse();
    }

    @Test
    void ordersForAnotherRunAreLeftAlone() {
        service.order(Orders.prepare(RUN));
        awaitArmed(1);
        FakeLoad load = start(0, RUN);
        service.order(Kind.STOP, "some-other-run", null);
        service.order(Kind.START, RUN, System.nanoTime());
        load.deliver(0, 1);
        load.complete();
        awaitComplete(RUN);

        assertThat(completion(RUN).stopped()).isFalse();
    }

    @Test
    void runsAgainstItsOwnServersWhenTheServiceNamesNone() {
        service.order(Orders.prepareWithoutTargets(RUN));
        awaitArmed(1);

        LoadPlan plan = generator.plans().getFirst();
        assertThat(plan.targets()).hasToString("[http://127.0.0.1:8000]");
    }

    private void awaitArmed(int count) {
        Eventually.until("armed " + count + " times", () -> service.armed().size() >= count);
    }

    private void awaitComplete(String runId) {
        Eventually.until(runId + " is complete", () -> service.isComplete(runId));
    }

    private FakeLoad start(int place, String runId) {
        service.order(Kind.START, runId, System.nanoTime());
        FakeLoad load = generator.awaitLoad(place);
        load.awaitStart();
        return load;
    }

    private BatchMessage.ClientCompletion completion(String runId) {
        return Objects.requireNonNull(service.durable(runId).getLast().completion());
    }
}
