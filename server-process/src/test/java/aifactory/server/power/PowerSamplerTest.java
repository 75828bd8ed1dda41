package aifactory.server.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import aifactory.protocol.PowerReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * With output in the forms of nvidia-smi 550, of amd-smi of ROCm 6 and 7, and of rocm-smi of ROCm 5. The traces are
 * generated; the expected energies are their integrals, computed with exact fractions by another program.
 */
class PowerSamplerTest {
    private static final String GPU = "GPU-5f1c7d2a-0000-4000-8000-000000000000";

    private long nowNanos;

    /** Output of a tool at the time of its call, as the trace has it. */
    private PowerReport replay(String file, PowerSourceOf source) throws Exception {
        Queue<String> outputs = new ArrayDeque<>();
        List<Long> times = new ArrayList<>();
        for (String block : trace(file).split("(?m)^@ ", -1)) {
            if (!block.isBlank()) {
                int end = block.indexOf('\n');
                times.add(Long.parseLong(block.substring(0, end).strip()) * 1_000_000);
                outputs.add(block.substring(end + 1));
            }
        }
        PowerSampler sampler = new PowerSampler(source.with(command -> outputs.remove()), () -> nowNanos);
        for (long time : times) {
            nowNanos = time;
            assertThat(sampler.sample()).isEqualTo(Duration.ofSeconds(1));
        }
        nowNanos += 500_000_000;
        return Objects.requireNonNull(sampler.report());
    }

    private interface PowerSourceOf {
        PowerSource with(ToolRunner tools);
    }

    private static String trace(String name) throws IOException {
        try (InputStream stream = Objects.requireNonNull(PowerSamplerTest.class.getResourceAsStream(name))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<Double> joules(PowerReport report) {
        return report.devices().stream().map(PowerReport.Device::energyJ).toList();
    }

    @Test
    void theEnergyOfATraceOfNvidiaSmiIsItsIntegral() throws Exception {
        PowerReport report = replay("nvidia-smi.txt", NvidiaSmiPower::new);
        assertThat(joules(report).get(0)).isCloseTo(9418.08013, within(1e-3));
        assertThat(joules(report).get(1)).as("with two readings missing").isCloseTo(9913.37866, within(1e-3));
        assertThat(report.devices().getFirst().id()).isEqualTo(GPU);
        assertThat(report.devices().getFirst().ageS()).isEqualTo(0.5);
        assertThat(report.problems()).isEmpty();
    }

    @Test
    void theEnergyOfATraceOfAmdSmiIsItsIntegral() throws Exception {
        PowerReport report = replay("amd-smi.txt", AmdSmiPower::new);
        assertThat(joules(report).get(0)).as("with a reading missing").isCloseTo(21878.6125, within(1e-3));
        assertThat(joules(report).get(1)).isCloseTo(22670.0915, within(1e-3));
    }

    @Test
    void theEnergyOfATraceOfRocmSmiIsItsIntegral() throws Exception {
        PowerReport report = replay("rocm-smi.txt", RocmSmiPower::new);
        assertThat(report.devices()).hasSize(1);
        assertThat(joules(report).getFirst()).isCloseTo(18211.9705, within(1e-3));
        assertThat(report.problems()).containsExactly("rocm-smi reports no power of 0x5d1c2b3a50");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "391.27 | 391.27",
                "391,27 | 391.27",
                "42 W | 42",
                "0.00 |",
                "[N/A] |",
                "NaN |",
                "-5 |",
                "1e300 |",
                "'' |"
            })
    void powerIsReadInAnyLocaleAndZeroIsNone(String text, Double watts) {
        assertThat(PowerText.watts(text)).isEqualTo(watts);
    }

    @Test
    void formsOfOtherVersionsOfAmdSmiAreRead() throws Exception {
        assertThat(AmdSmiPower.parse(
                        "{\"gpu_data\":[{\"gpu\":3,\"power\":{\"socket_power\":{\"value\":140,\"unit\":\"W\"}}}]}"))
                .containsExactly(new PowerReading("gpu 3", PowerReport.Kind.GPU, "AMD GPU", 140.0));
        assertThat(AmdSmiPower.parse(
                        "[{\"gpu\":0,\"power\":{\"current_socket_power\":\"N/A\",\"average_socket_power\":\"89 W\"}}]"))
                .containsExactly(new PowerReading("gpu 0", PowerReport.Kind.GPU, "AMD GPU", 89.0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no JSON at all | printed no JSON",
                "[{\"gpu\": | cannot parse",
                "{} | reported no GPU",
                "[1,2] | reported no GPU"
            })
    void outputOfAmdSmiThatMakesNoSenseIsNamed(String output, String message) {
        assertThatThrownBy(() -> AmdSmiPower.parse(output))
                .isInstanceOf(PowerUnavailableException.class)
                .hasMessageContaining(message);
    }

    @Test
    void theFirstToolThatReadsGpusIsUsedAndMissingToolsAreNotRunAgain() throws Exception {
        List<String> run = new ArrayList<>();
        ToolRunner tools = command -> {
            run.add(command.getFirst());
            if (command.getFirst().equals("rocm-smi")) {
                return "{\"card0\":{\"Current Socket Graphics Package Power (W)\":\"140.0\"}}";
            }
            throw new PowerUnavailableException(
                    "cannot run it", command.getFirst().equals("nvidia-smi"));
        };
        GpuPower gpus =
                new GpuPower(List.of(new NvidiaSmiPower(tools), new AmdSmiPower(tools), new RocmSmiPower(tools)));
        assertThat(gpus.read()).hasSize(1);
        assertThat(gpus.read()).hasSize(1);
        assertThat(run).containsExactly("nvidia-smi", "amd-smi", "rocm-smi", "rocm-smi");
    }

    @Test
    void aNodeWithoutToolsIsNotSampledAgain() throws Exception {
        ToolRunner none = command -> {
            throw new PowerUnavailableException("there is none", true);
        };
        PowerSampler sampler = new PowerSampler(new GpuPower(List.of(new NvidiaSmiPower(none))), () -> nowNanos);
        assertThat(sampler.sample()).isNull();
        assertThat(Objects.requireNonNull(sampler.report()).problems())
                .containsExactly("no GPU of this node reports its power (nvidia-smi)");
    }

    @Test
    void aToolThatTakesLongIsRunLessOften() throws Exception {
        ToolRunner slow = command -> {
            nowNanos += 2_000_000_000;
            return GPU + ", NVIDIA A100, 100\n";
        };
        PowerSampler sampler = new PowerSampler(new NvidiaSmiPower(slow), () -> nowNanos);
        assertThat(sampler.sample()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void aToolThatHangsIsKilledAndNamed() {
        NodeTools tools = new NodeTools(Duration.ofMillis(200));
        assertThatThrownBy(() -> tools.run(List.of("sh", "-c", "sleep 600 & sleep 600")))
                .isInstanceOf(PowerUnavailableException.class)
                .hasMessageContaining("sh did not end within 0.2 s");
    }

    @Test
    void toolsRunInTheLocaleC() throws Exception {
        NodeTools tools = new NodeTools(Duration.ofSeconds(30));
        assertThat(tools.run(List.of("sh", "-c", "echo $LC_ALL")).strip()).isEqualTo("C");
        assertThat(tools.run(List.of("sh", "-c", "head -c 5000000 /dev/zero"))).hasSize(256 << 10);
        assertThatThrownBy(() -> tools.run(List.of("sh", "-c", "echo broken; exit 9")))
                .hasMessage("sh ended with exit code 9: broken");
        assertThatThrownBy(() -> tools.run(List.of("no-such-tool-of-any-node")))
                .isInstanceOfSatisfying(
                        PowerUnavailableException.class,
                        e -> assertThat(e.isLasting()).isTrue());
    }

    @Test
    void energyCountersOfCpusWrapAround(@TempDir Path directory) throws Exception {
        Path zone = Files.createDirectories(directory.resolve("intel-rapl:0"));
        Files.writeString(zone.resolve("name"), "package-0\n");
        Files.writeString(zone.resolve("max_energy_range_uj"), "262143328850\n");
        Path memory = Files.createDirectories(directory.resolve("intel-rapl:0:0"));
        Files.writeString(memory.resolve("name"), "dram\n");
        Files.writeString(zone.resolve("energy_uj"), "262143000000\n");
        CpuEnergy energy = new CpuEnergy(directory, () -> nowNanos);
        assertThat(energy.read()).extracting(PowerReading::watts).containsExactly((Double) null);

        nowNanos += 2_000_000_000L;
        Files.writeString(zone.resolve("energy_uj"), "299671150\n");

        PowerReading reading = energy.read().getFirst();
        assertThat(reading.id()).isEqualTo("package-0");
        // (262,143.328850 − 262,143.000000 + 299.671150) J in 2 s
        assertThat(Objects.requireNonNull(reading.watts())).isCloseTo(150.0, within(1e-9));
    }

    @Test
    void countersThatCannotBeReadAreNamed(@TempDir Path directory) {
        assertThatThrownBy(() -> new CpuEnergy(directory, () -> 0).read())
                .isInstanceOf(PowerUnavailableException.class)
                .hasMessageContaining("no energy counters of CPUs");
        assertThatThrownBy(() -> new CpuEnergy(directory.resolve("none"), () -> 0).read())
                .hasMessageContaining("on most systems only root may");
    }
}
