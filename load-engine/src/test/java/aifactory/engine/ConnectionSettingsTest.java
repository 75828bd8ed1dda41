package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestCounts;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.server.InferenceSimulator;
import aifactory.workload.ConnectionSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How long connections are used and how many there are decides which replicas behind a balancer of connections are
 * measured.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConnectionSettingsTest {
    private static final SimulatorOptions SERVER = SimulatorOptions.defaults()
            .withPort(0)
            .withModel("simulated")
            .withLatencies(Duration.ofMillis(1), Duration.ofNanos(100_000));

    @Test
    void oneConnectionPerRequestSpreadsOverReplicasBehindABalancer() throws Exception {
        try (InferenceSimulator first = InferenceSimulator.start(SERVER);
                InferenceSimulator second = InferenceSimulator.start(SERVER);
                Forwarder balancer = Forwarder.tcp(List.of(first.address(), second.address()))) {
            TestWorkload workload = TestWorkload.closed(5, 400);
            workload.connections = new ConnectionSettings(true, null, null);
            URI name = URI.create("http://localhost:" + balancer.address().getPort());
            CollectingSink sink = EngineRun.against(name, workload);
            RequestCounts counts = sink.aggregate().all();

            assertThat(counts.errors()).isEmpty();
            assertThat(counts.completed()).isEqualTo(400);
            // 50 to 50 within 5 %.
            long ofFirst = first.statistics().requests();
            assertThat(ofFirst).isBetween(190L, 210L);
            assertThat(second.statistics().requests()).isEqualTo(400 - ofFirst);
            assertThat(balancer.connections()).allMatch(number -> number >= 190);
            // As the records say: each opened a connection, to the balancer.
            assertThat(sink.records()).allMatch(record -> record.connectNanos() != null);
            assertThat(servedBy(sink)).containsExactly("127.0.0.1:" + name.getPort());
        }
    }

    private static Set<String> servedBy(CollectingSink sink) {
        return sink.records().stream()
                .map(record -> record.response() == null
                        ? ""
                        : String.valueOf(record.response().servedBy()))
                .collect(Collectors.toSet());
    }

    @Test
    void recordsHaveTheAddressBehindAName() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            URI name = URI.create("http://localhost:" + server.port());
            assertThat(EngineRun.against(name, TestWorkload.closed(1, 3)).records())
                    .allMatch(record -> record.response() != null
                            && ("127.0.0.1:" + server.port())
                                    .equals(record.response().servedBy()));
            assertThat(EngineRun.against(server.address(), TestWorkload.closed(1, 3))
                            .records())
                    .allMatch(record ->
                            record.response() != null && record.response().servedBy() == null);
        }
    }

    @Test
    void keptConnectionsStayWithOneReplica() throws Exception {
        try (InferenceSimulator first = InferenceSimulator.start(SERVER);
                InferenceSimulator second = InferenceSimulator.start(SERVER);
                Forwarder balancer = Forwarder.tcp(List.of(first.address(), second.address()))) {
            CollectingSink sink = EngineRun.against(balancer.address(), TestWorkload.closed(1, 50));
            assertThat(first.statistics().requests()).isEqualTo(50);
            assertThat(second.statistics().requests()).isZero();
            assertThat(sink.records())
                    .filteredOn(record -> record.connectNanos() != null)
                    .hasSize(1);
        }
    }

    /** Three slots have two replicas, for the whole run: one of these does twice the work of the other. */
    @Test
    void slotsStayWithTheReplicaOfTheirConnection() throws Exception {
        SimulatorOptions steady = SERVER.withLatencies(Duration.ofMillis(5), Duration.ofMillis(1));
        try (InferenceSimulator first = InferenceSimulator.start(steady);
                InferenceSimulator second = InferenceSimulator.start(steady);
                Forwarder balancer = Forwarder.tcp(List.of(first.address(), second.address()))) {
            CollectingSink sink = EngineRun.against(balancer.address(), TestWorkload.closed(3, 300));
            assertThat(sink.aggregate().all().completed()).isEqualTo(300);
            assertThat(balancer.connections()).containsExactly(2, 1);
            assertThat(first.statistics().requests() + second.statistics().requests())
                    .isEqualTo(300);
            assertThat(first.statistics().requests()).isGreaterThan(160);
            assertThat(sink.records())
                    .filteredOn(record -> record.connectNanos() != null)
                    .hasSize(3);
        }
    }

    @Test
    void connectionsAreReplacedWhenTheyAreOld() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(SERVER);
                Forwarder balancer = Forwarder.tcp(List.of(server.address()))) {
            TestWorkload workload = TestWorkload.closed(1, 100_000);
            workload.duration = Duration.ofMillis(900);
            workload.connections = new ConnectionSettings(false, Duration.ofMillis(150), null);
            RequestCounts counts =
                    EngineRun.against(balancer.address(), workload).aggregate().all();
            assertThat(counts.errors()).isEmpty();
            assertThat(balancer.connections().getFirst())
                    .isGreaterThan(1)
                    .isLessThanOrEqualTo(8)
                    .isLessThan((int) counts.completed());
        }
    }

    @Test
    void requestsWaitForABoundedNumberOfConnections() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(SERVER);
                Forwarder balancer = Forwarder.tcp(List.of(server.address()))) {
            TestWorkload workload = TestWorkload.closed(16, 200);
            workload.connections = new ConnectionSettings(false, null, 3);
            RequestCounts counts =
                    EngineRun.against(balancer.address(), workload).aggregate().all();
            assertThat(counts.errors()).isEmpty();
            assertThat(counts.completed()).isEqualTo(200);
            assertThat(balancer.connections()).containsExactly(3);
            assertThat(balancer.mostOpen()).isEqualTo(3);

            workload.connections = new ConnectionSettings(true, null, 2);
            assertThat(EngineRun.against(balancer.address(), workload)
                            .aggregate()
                            .all()
                            .completed())
                    .isEqualTo(200);
            assertThat(balancer.connections()).containsExactly(203);
        }
    }
}
