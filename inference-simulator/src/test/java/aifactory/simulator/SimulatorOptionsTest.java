package aifactory.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.simulator.SimulatorOptions.Capacity;
import aifactory.simulator.SimulatorOptions.Latencies;
import aifactory.simulator.SimulatorOptions.Output;
import aifactory.simulator.SimulatorOptions.TimeLog;
import aifactory.simulator.server.InferenceSimulator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SimulatorOptionsTest {
    private final SimulatorOptions defaults = SimulatorOptions.defaults();

    @Test
    void eachWitherChangesItsOwnPartOnly() {
        Latencies latencies =
                new Latencies(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(2));
        Capacity capacity = new Capacity(1, 2, 3, 4, 5, 6);
        Output output = new Output(1, 0.5, 2, 3);
        TimeLog timeLog = new TimeLog(5, null);
        FaultSpecification fault = FaultSpecification.parse("endless");
        assertThat(defaults.withHost("h")
                        .withPort(1)
                        .withModel("m")
                        .withLatencies(latencies)
                        .withCapacity(capacity)
                        .withSequences(8, 9)
                        .withOutput(output)
                        .withFaults(List.of(fault))
                        .withSeed(2)
                        .withZeroWork(true)
                        .withEventLoops(3)
                        .withTimeLog(timeLog))
                .isEqualTo(new SimulatorOptions(
                        "h",
                        1,
                        "m",
                        latencies,
                        new Capacity(8, 9, 3, 4, 5, 6),
                        output,
                        List.of(fault),
                        2,
                        true,
                        3,
                        timeLog,
                        List.of(),
                        EngineModel.UNLIMITED));
    }

    @Test
    void impossibleValuesAreNamedWithWhatTheyMayBe() {
        assertRefused(() -> defaults.withHost(" "), "--host is empty");
        assertRefused(() -> defaults.withPort(70_000), "--port 70000: give a number from 0 to 65535");
        assertRefused(() -> defaults.withModel(""), "--model of 0 characters");
        assertRefused(() -> defaults.withModel("a,,b"), "--model 'a,,b'");
        assertRefused(() -> defaults.withEventLoops(0), "--event-loops 0: give a number from 1 to 1024");
        assertRefused(() -> defaults.withSequences(0, 5), "--max-num-seqs 0: give a number from 1");
        assertRefused(() -> defaults.withSequences(5, -1), "--max-waiting -1: give a number from 0");
        assertRefused(() -> new Capacity(1, 1, 1, 1, 5, 5), "--max-body-bytes 1: give a number from 2");
        assertRefused(() -> new Output(0, 0, 1, 0), "--default-max-tokens 0");
        assertRefused(() -> new Output(1, 1, 1, 0), "--eos-probability 1.0: give a number from 0 to less than 1");
        assertRefused(() -> new Output(1, Double.NaN, 1, 0), "--eos-probability NaN");
        assertRefused(() -> new Output(1, 0, 0, 0), "--tokens-per-chunk 0");
        assertRefused(() -> new Output(1, 0, 1, -1), "--reasoning-tokens -1");
        assertRefused(() -> new TimeLog(-1, null), "--time-log-requests -1");
        assertRefused(
                () -> defaults.withLatencies(Duration.ofMillis(-5), Duration.ZERO),
                "--ttft -5.0ms: give a duration from 0 to 3600000.0ms");
        assertRefused(
                () -> new Latencies(Duration.ofMillis(5), Duration.ofMillis(6), Duration.ZERO, Duration.ZERO),
                "--ttft-stddev 6.0ms: give a duration from 0 to 5.0ms (its mean)");
    }

    @Test
    void anAddressThatCannotBeListenedOnIsNamed() throws Exception {
        try (InferenceSimulator first = InferenceSimulator.start(defaults.withPort(0))) {
            assertThatThrownBy(() -> InferenceSimulator.start(defaults.withPort(first.port())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + first.port())
                    .hasMessageContaining("--port 0");
            try (InferenceSimulator other =
                    InferenceSimulator.start(defaults.withPort(0).withHost("::1"))) {
                assertThat(other.address().toString()).isEqualTo("http://[::1]:" + other.port());
            }
        }
        assertThatThrownBy(() -> InferenceSimulator.start(defaults.withHost("no.such.host.invalid")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--host no.such.host.invalid is not known here");
    }

    private static void assertRefused(ThrowingCallable options, String message) {
        assertThatThrownBy(options).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }
}
