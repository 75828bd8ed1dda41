package aifactory.engine.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.engine.watchdog.HealthMonitor.LoopReadings;
import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.MetricHistograms;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RunAggregate;
import aifactory.measurement.ValidityFinding;
import aifactory.measurement.ValidityJudge;
import aifactory.measurement.ValidityLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From what the operating system and the event loops tell to what makes a run not valid. */
class HealthMonitorTest {
    private final ManualClock clock = new ManualClock();
    private final FakeProbe probe = new FakeProbe();
    private final RunAggregate run = new RunAggregate(1);

    @Test
    void theProcessorTimeOfAnyFiveSecondsCounts() {
        try (HealthMonitor monitor = monitor(1)) {
            // Ten seconds at half of the two cores, then five at nine tenths, then idle.
            for (int second = 0; second < 20; second++) {
                double share = second < 10 ? 0.5 : second < 15 ? 0.9 : 0;
                sample(monitor, share, 0, 0, false);
            }
            assertThat(run.clientHealth().values().iterator().next().cpuShare()).isCloseTo(0.9, within(1e-9));
            assertThat(findings()).containsExactly("client_cpu");
        }
    }

    @Test
    void aBusyStartOfALongRunIsNotFiveBusySeconds() {
        try (HealthMonitor monitor = monitor(1)) {
            sample(monitor, 1.0, 0, 0, false);
            for (int second = 1; second < 8; second++) {
                sample(monitor, 0.2, 0, 0, second == 7);
            }
            assertThat(run.clientHealth().values().iterator().next().cpuShare()).isCloseTo(0.36, within(1e-9));
            assertThat(findings()).isEmpty();
        }
    }

    @Test
    void aRunShorterThanFiveSecondsIsJudgedByItsOwnLength() {
        try (HealthMonitor monitor = monitor(1)) {
            sample(monitor, 0.95, 0, 0, false);
            sample(monitor, 0.95, 0, 0, true);
            assertThat(run.clientHealth().values().iterator().next().cpuShare()).isCloseTo(0.95, within(1e-9));
            assertThat(findings()).containsExactly("client_cpu");
        }
    }

    @Test
    void portsThatTheSystemHoldsBackCountWithThoseInUseForEachServer() {
        try (HealthMonitor monitor = monitor(2)) {
            probe.closingConnections = 900;
            assertThat(sample(monitor, 0.1, 0, 900, false).localPorts()).isEqualTo(900);
            assertThat(findings()).isEmpty();
            probe.closingConnections = 1100;
            sample(monitor, 0.1, 0, 900, true);
            assertThat(findings()).containsExactly("local_ports");
        }
    }

    @Test
    void openFilesCountAgainstTheirLimit() {
        try (HealthMonitor monitor = monitor(1)) {
            probe.openFiles = 960;
            sample(monitor, 0.1, 0, 0, true);
            assertThat(findings()).containsExactly("open_files");
        }
    }

    @Test
    void aQueueThatIsLongForAMomentIsNoBacklog() {
        try (HealthMonitor monitor = monitor(1)) {
            for (int second = 0; second < 12; second++) {
                sample(monitor, 0.1, second % 5 == 4 ? 0 : 10_000, 0, false);
            }
            assertThat(findings()).isEmpty();
        }
    }

    @Test
    void aQueueThatStaysLongForFiveSecondsIsABacklog() {
        try (HealthMonitor monitor = monitor(1)) {
            for (int second = 0; second < 5; second++) {
                sample(monitor, 0.1, 300 + second, 0, false);
                assertThat(findings()).isEmpty();
            }
            sample(monitor, 0.1, 300, 0, false);
            assertThat(run.clientHealth().values().iterator().next().sendQueueDepth())
                    .isEqualTo(300);
            assertThat(findings()).containsExactly("send_queue");
        }
    }

    private HealthMonitor monitor(int targets) {
        return new HealthMonitor(clock, 2, targets, List.of(), probe);
    }

    /** A second passes in which the process takes that share of its two cores. */
    private ClientHealthSample sample(
            HealthMonitor monitor, double share, int sendQueueDepth, int connections, boolean last) {
        clock.advanceMillis(1000);
        probe.cpuNanos += Math.round(share * 2 * 1e9);
        ClientHealthSample sample = monitor.sample(new LoopReadings(0, sendQueueDepth, 0, connections), last);
        // Pauses are detected on separate threads, with a clock that this test advances in jumps.
        ClientHealthSample withoutPauses = new ClientHealthSample(
                sample.cpuShare(),
                sample.eventLoopLagNanos(),
                0,
                0,
                0,
                0,
                sample.sendQueueDepth(),
                sample.starvedRequests(),
                sample.openFiles(),
                sample.openFilesLimit(),
                sample.localPorts(),
                sample.localPortsLimit(),
                sample.residentBytes());
        run.add(
                0,
                new IntervalMeasurement(
                        0, 1, RequestCounts.NONE, RequestCounts.NONE, 0, 0, new MetricHistograms(), withoutPauses));
        return sample;
    }

    private List<String> findings() {
        return ValidityJudge.judge(run, ValidityLimits.DEFAULTS, new ValidityJudge.Asked(-1, false)).stream()
                .map(ValidityFinding::code)
                .toList();
    }
}
