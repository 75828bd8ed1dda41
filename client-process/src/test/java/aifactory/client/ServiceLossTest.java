package aifactory.client;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.client.delivery.SpoolLimits;
import aifactory.client.testing.Contexts;
import aifactory.client.testing.Eventually;
import aifactory.client.testing.FakeClientService;
import aifactory.client.testing.FakeLoadGenerator;
import aifactory.client.testing.FakeLoadGenerator.FakeLoad;
import aifactory.client.testing.Orders;
import aifactory.client.testing.RunningClient;
import aifactory.node.NodeExitCode;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.ClientCommand.Kind;
import aifactory.protocol.ConnectRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The behaviour of a client process when the service is unavailable, has lost its state, or refuses it. */
class ServiceLossTest {
    private static final String RUN = "run-1";
    private static final Duration SHORT = Duration.ofMillis(300);

    private final FakeLoadGenerator generator = new FakeLoadGenerator();
    private final FakeClientService service = new FakeClientService(1);

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void measuresOnWhileTheServiceIsAwayAndDeliversEverythingAfterwards() throws Exception {
        try (RunningClient client = RunningClient.start(service, generator)) {
            FakeLoad load = startRun();
            load.deliver(0, 3);
            Eventually.until(
                    "the first batch is durable", () -> !service.durable(RUN).isEmpty());
            service.goAway();
            for (int second = 1; second < 40; second++) {
                load.deliver(second, 3);
            }
            load.complete();
            service.comeBack();
            Eventually.until("the run is complete", () -> service.isComplete(RUN));
            service.order(Kind.EXIT, null, null);

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.DONE);
        }
        List<BatchMessage> batches = service.durable(RUN);
        assertThat(batches)
                .extracting(BatchMessage::sequence)
                .isEqualTo(LongStream.rangeClosed(0, 40).boxed().toList());
        assertThat(batches.stream().flatMap(batch -> batch.records().stream()).map(each -> each.index()))
                .as("no record is lost or counted twice")
                .isEqualTo(LongStream.range(0, 120).boxed().toList());
        assertThat(service.registrations()).as("the service still knows it").hasSize(1);
    }

    @Test
    void whatDoesNotFitIsNeverDroppedSilently() throws Exception {
        SpoolLimits limits = new SpoolLimits(2_500, null, 0);
        try (RunningClient client = RunningClient.start(
                RunningClient.configuration(List.of(service.uri()), RunningClient.TIMINGS, limits, null),
                Map.of(),
                generator)) {
            FakeLoad load = startRun();
            service.goAway();
            for (int second = 0; second < 20; second++) {
                load.deliver(second, 3);
            }
            Eventually.until("the load is stopped, since nothing more can be kept", load::isStopped);
            service.comeBack();
            Eventually.until("the run is complete", () -> service.isComplete(RUN));
            service.order(Kind.EXIT, null, null);

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.DONE);
        }
        BatchMessage last = service.durable(RUN).getLast();
        assertThat(Objects.requireNonNull(last.completion()).error()).startsWith("spool_overflow: ");
        assertThat(service.durable(RUN).size())
                .as("what was kept arrived, without a gap")
                .isGreaterThan(1);
    }

    @Test
    void givesUpWhenTheServiceStaysAway() throws Exception {
        try (RunningClient client = start(withServiceLostTimeout(SHORT))) {
            FakeLoad load = startRun();
            load.deliver(0, 1);
            service.goAway();

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.SERVICE_UNAVAILABLE);
            assertThat(load.isStopped()).isTrue();
            assertThat(load.isClosed()).isTrue();
        }
    }

    @Test
    void aServiceThatAnswersErrorsForLongCountsAsLost() throws Exception {
        try (RunningClient client = start(withServiceLostTimeout(SHORT))) {
            Eventually.until("registered", () -> !service.received("commands").isEmpty());
            service.fail("commands", 100_000, 500, "disk full");
            service.order(Kind.STOP, RUN, null);

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.SERVICE_UNAVAILABLE);
        }
    }

    @Test
    void registersAgainWithAServiceThatForgotIt() throws Exception {
        try (RunningClient client = RunningClient.start(service, generator)) {
            Eventually.until("it polls", () -> !service.received("commands").isEmpty());
            service.forgetClients(0);
            Eventually.until("it registers again", () -> service.registrations().size() == 2);
            startRun();
            service.order(Kind.EXIT, null, null);

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.DONE);
        }
        assertThat(service.registrations())
                .extracting(ConnectRequest::instance)
                .as("the same process both times")
                .containsOnly("instance-1");
    }

    @Test
    void startsAnewWhenItIsAnotherClientToTheService() throws Exception {
        try (RunningClient client = RunningClient.start(service, generator)) {
            FakeLoad load = startRun();
            service.forgetClients(5);
            service.order(Orders.prepare("run-2"));
            Eventually.until("armed for the new run", () -> service.armed().size() == 2);
            service.order(Kind.EXIT, null, null);

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.DONE);
            assertThat(load.isStopped()).as("the old run has no owner any more").isTrue();
        }
        assertThat(service.received("commands").getLast().path()).contains("/clients/5/");
    }

    @Test
    void endsWithItsGroup() throws Exception {
        try (RunningClient client = RunningClient.start(service, generator)) {
            FakeLoad load = startRun();
            load.deliver(0, 1);
            service.fail("connect", 10, 404, "Benchmark id not found");
            service.forgetClients(0);

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.INCOMPLETE);
            assertThat(load.isStopped()).isTrue();
        }
    }

    @Test
    void endsWhenItsTokenIsTakenAway() throws Exception {
        try (RunningClient client = RunningClient.start(service, generator)) {
            Eventually.until("it polls", () -> !service.received("commands").isEmpty());
            service.fail("connect", 10, 401, "the group's token has changed");
            service.forgetClients(0);

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.REFUSED);
        }
    }

    @Test
    void letsGoOfARunThatTheServiceDoesNotWant() throws Exception {
        try (RunningClient client = RunningClient.start(service, generator)) {
            FakeLoad load = startRun();
            service.fail("batches", 2, 404, "Unknown run");
            load.deliver(0, 1);
            Eventually.until("the load is stopped", load::isStopped);
            service.order(Kind.EXIT, null, null);

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.DONE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 409, 422})
    void aRefusedRegistrationEndsTheProcess(int status) throws Exception {
        service.fail("connect", 1, status, "no");
        try (RunningClient client = RunningClient.start(service, generator)) {
            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.REFUSED);
            assertThat(client.hasTerminationHook()).as("nothing is left behind").isFalse();
        }
        assertThat(service.received("connect")).hasSize(1);
    }

    @Test
    void aServiceThatIsNeverThereEndsTheProcess() throws Exception {
        ClientTimings timings = withRegistrationDeadline(SHORT);
        URI dead = Contexts.deadAddress();
        try (RunningClient client =
                RunningClient.start(RunningClient.configuration(List.of(dead), timings), Map.of(), generator)) {
            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.SERVICE_UNAVAILABLE);
        }
    }

    private FakeLoad startRun() {
        service.order(Orders.prepare(RUN));
        Eventually.until("the client is armed", () -> !service.armed().isEmpty());
        service.order(Kind.START, RUN, System.nanoTime());
        FakeLoad load = generator.awaitLoad(0);
        load.awaitStart();
        return load;
    }

    private RunningClient start(ClientTimings timings) {
        return RunningClient.start(RunningClient.configuration(List.of(service.uri()), timings), Map.of(), generator);
    }

    private static ClientTimings withServiceLostTimeout(Duration timeout) {
        ClientTimings base = RunningClient.TIMINGS;
        return new ClientTimings(
                base.connectTimeout(),
                base.requestTimeout(),
                base.backoffBase(),
                base.backoffCap(),
                base.registrationDeadline(),
                timeout,
                base.flushTimeout(),
                base.exitFlushTimeout(),
                base.clockExchanges(),
                base.clockPatience());
    }

    private static ClientTimings withRegistrationDeadline(Duration deadline) {
        ClientTimings base = RunningClient.TIMINGS;
        return new ClientTimings(
                base.connectTimeout(),
                base.requestTimeout(),
                base.backoffBase(),
                base.backoffCap(),
                deadline,
                base.serviceLostTimeout(),
                base.flushTimeout(),
                base.exitFlushTimeout(),
                base.clockExchanges(),
                base.clockPatience());
    }
}
