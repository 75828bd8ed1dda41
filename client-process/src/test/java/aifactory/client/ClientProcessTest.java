package aifactory.client;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.client.testing.Eventually;
import aifactory.client.testing.FakeClientService;
import aifactory.client.testing.FakeLoadGenerator;
import aifactory.client.testing.FakeLoadGenerator.FakeLoad;
import aifactory.client.testing.Orders;
import aifactory.client.testing.RunningClient;
import aifactory.engine.LoadPlan;
import aifactory.measurement.ClientHealthSample;
import aifactory.node.NodeExitCode;
import aifactory.protocol.ArmedMessage;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.ClientCommand.Kind;
import aifactory.protocol.IntervalMessage;
import aifactory.workload.GroupShare;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole lives of a client process against a service that the test scripts. */
class ClientProcessTest {
    private final FakeLoadGenerator generator = new FakeLoadGenerator();
    private FakeClientService service;

    @BeforeEach
    void startService() {
        service = new FakeClientService(1);
    }

    @AfterEach
    void stopService() {
        service.close();
    }

    @Test
    void registersPreparesStartsDeliversAndExits() throws Exception {
        try (RunningClient client = RunningClient.start(service, generator)) {
            service.order(Orders.prepare("run-1"));
            Eventually.until("the client is armed", () -> !service.armed().isEmpty());
            service.order(Kind.START, "run-1", System.nanoTime());
            FakeLoad load = generator.awaitLoad(0);
            load.awaitStart();
            load.deliver(0, 5);
            load.deliver(1, 5);
            load.complete();
            Eventually.until("the run is complete", () -> service.isComplete("run-1"));
            service.order(Kind.EXIT, null, null);

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.DONE);
        }
        assertThat(service.registrations()).hasSize(1);
        assertThat(service.armed()).containsExactly(new ArmedMessage("run-1", null));
        LoadPlan plan = generator.plans().getFirst();
        assertThat(plan.share()).isEqualTo(new GroupShare(0, 2));
        assertThat(plan.salt()).isEqualTo("salt-run-1");
        assertThat(plan.targets()).containsExactly(URI.create("http://127.0.0.1:8000"));
        List<BatchMessage> batches = service.durable("run-1");
        assertThat(batches).extracting(BatchMessage::sequence).containsExactly(0L, 1L, 2L);
        assertThat(batches).extracting(batch -> batch.records().size()).containsExactly(5, 5, 0);
        BatchMessage.ClientCompletion completion =
                Objects.requireNonNull(batches.getLast().completion());
        assertThat(completion.error()).isNull();
        assertThat(completion.stopped()).isFalse();
        assertThat(completion.actualStartOffsetNanos()).isEqualTo(1_500);
        assertThat(generator.awaitLoad(0).isClosed()).isTrue();
    }

    @Test
    void placesTheStartOnItsOwnClockHoweverFarTheServicesClockIsAway() throws Exception {
        long skewNanos = 1_900_000_000_123_456_789L;
        service.clock(() -> System.nanoTime() + skewNanos);
        try (RunningClient _ = RunningClient.start(service, generator)) {
            service.order(Orders.prepare("run-1"));
            Eventually.until("the client is armed", () -> !service.armed().isEmpty());
            long startEpochNanos = System.nanoTime() + skewNanos + 500_000_000;
            service.order(Kind.START, "run-1", startEpochNanos);
            FakeLoad load = generator.awaitLoad(0);
            long errorNanos = Math.abs(load.awaitStart() - (startEpochNanos - skewNanos));
            load.deliver(0, 1);
            Eventually.until("a batch arrives", () -> !service.durable("run-1").isEmpty());

            ClientHealthSample health = Objects.requireNonNull(
                            service.durable("run-1").getFirst().interval())
                    .health();
            assertThat(errorNanos).isLessThanOrEqualTo(health.clockUncertaintyNanos());
        }
    }

    @Test
    void reusesTheProcessForTheNextRun() throws Exception {
        try (RunningClient client = RunningClient.start(service, generator)) {
            for (int run = 0; run < 3; run++) {
                String runId = "run-" + run;
                int expectedArmed = run + 1;
                service.order(Orders.prepare(runId));
                Eventually.until("armed for " + runId, () -> service.armed().size() == expectedArmed);
                service.order(Kind.START, runId, System.nanoTime());
                FakeLoad load = generator.awaitLoad(run);
                load.awaitStart();
                load.deliver(0, 2);
                load.complete();
                Eventually.until(runId + " is complete", () -> service.isComplete(runId));
            }
            service.order(Kind.EXIT, null, null);

            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.DONE);
        }
        for (int run = 0; run < 3; run++) {
            assertThat(service.durable("run-" + run))
                    .extracting(BatchMessage::sequence)
                    .containsExactly(0L, 1L);
        }
        assertThat(service.registrations()).hasSize(1);
    }

    @Test
    void fillsItsClockIntoEveryInterval() throws Exception {
        long aheadNanos = 3_600_000_000_000L;
        service.clock(() -> epochNow() + aheadNanos);
        try (RunningClient _ = RunningClient.start(service, generator)) {
            service.order(Orders.prepare("run-1"));
            Eventually.until("the client is armed", () -> !service.armed().isEmpty());
            service.order(Kind.START, "run-1", epochNow() + aheadNanos);
            FakeLoad load = generator.awaitLoad(0);
            load.awaitStart();
            load.deliver(0, 1);
            Eventually.until("a batch arrives", () -> !service.durable("run-1").isEmpty());
        }
        IntervalMessage interval =
                Objects.requireNonNull(service.durable("run-1").getFirst().interval());
        assertThat(interval.health().clockOffsetNanos() / 60_000_000_000L)
                .as("the service's clock is an hour ahead of this node's, in minutes")
                .isBetween(59L, 60L);
        assertThat(interval.health().clockUncertaintyNanos()).isPositive();
        assertThat(interval.health().cpuShare()).as("the engine's own figure").isEqualTo(0.25);
    }

    private static long epochNow() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
