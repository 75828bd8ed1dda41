package aifactory.client.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.protocol.GpuMessage;
import aifactory.protocol.JsonFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With output as nvidia-smi of driver 535 and 550 writes it, of an A100 and of a part of one. */
class GpuSamplerTest {
    private static final String TWO_A100 = """
            0, NVIDIA A100-SXM4-80GB, 97, 71234, 81920, 391.27
            1, NVIDIA A100-SXM4-80GB, 3, 512, 81920, 61.02
            """;

    private static final String IDLE = """
            0, NVIDIA A100-SXM4-80GB, 0, 71000, 81920, 60.00
            1, NVIDIA A100-SXM4-80GB, 1, 600, 81920, 60.00
            """;

    private static final String PART = "0, NVIDIA A100-SXM4-40GB MIG 1g.5gb, [N/A], 19, 40960, [N/A]\n";

    private final Queue<String> outputs = new ArrayDeque<>();
    private final GpuSampler sampler =
            new GpuSampler(() -> NvidiaSmiOutput.parse(outputs.remove(), 0), (duration, wake) -> true);

    @Test
    void readingsAreMeansOverWhatWasSampledSinceTheLastTime() throws Exception {
        outputs.addAll(List.of(TWO_A100, IDLE));
        assertThat(sampler.sample()).isPresent();
        assertThat(sampler.sample()).isPresent();

        GpuMessage message = Objects.requireNonNull(sampler.take());

        assertThat(message.problem()).isNull();
        assertThat(message.gpus()).hasSize(2);
        GpuMessage.Gpu first = message.gpus().getFirst();
        assertThat(first.name()).isEqualTo("NVIDIA A100-SXM4-80GB");
        assertThat(first.utilizationPercent()).isEqualTo(48.5);
        assertThat(first.memoryUsedMib()).as("the most").isEqualTo(71234);
        assertThat(first.memoryTotalMib()).isEqualTo(81920);
        assertThat(Objects.requireNonNull(first.powerWatts())).isEqualTo((391.27 + 60) / 2);
        assertThat(sampler.take()).as("nothing new").isNull();
    }

    @Test
    void aMessageSurvivesItsWayAsJson() throws Exception {
        outputs.add(TWO_A100);
        sampler.sample();
        GpuMessage message = Objects.requireNonNull(sampler.take());

        String json = JsonFormat.mapper().writeValueAsString(message);

        assertThat(JsonFormat.mapper().readValue(json, GpuMessage.class)).isEqualTo(message);
    }

    @Test
    void whatAPartOfAGpuDoesNotTellIsLeftOut() throws Exception {
        outputs.add(PART);
        sampler.sample();

        GpuMessage.Gpu gpu = Objects.requireNonNull(sampler.take()).gpus().getFirst();

        assertThat(gpu.powerWatts()).isNull();
        assertThat(gpu.utilizationPercent()).isZero();
        assertThat(gpu.memoryUsedMib()).isEqualTo(19);
    }

    @Test
    void whereThereIsNoGpuThatIsSaidAndNotAskedAgain() throws Exception {
        outputs.add("No devices were found\n");

        assertThat(sampler.sample()).as("the next sample").isEmpty();

        assertThat(Objects.requireNonNull(sampler.take()).problem()).contains("finds no GPU on this node");
        assertThat(Objects.requireNonNull(sampler.take()).problem())
                .as("said with every batch")
                .isNotNull();
    }

    @Test
    void aFailureThatMayPassIsAskedAboutLaterAndForgottenThen() throws Exception {
        outputs.add("Unable to determine the device handle for GPU 0000:3B:00.0: Unknown Error\n");
        assertThat(sampler.sample())
                .hasValueSatisfying(pause -> assertThat(pause).isGreaterThan(Duration.ofSeconds(1)));
        assertThat(Objects.requireNonNull(sampler.take()).problem()).contains("Unable to determine the device handle");

        outputs.add(IDLE);
        sampler.sample();
        assertThat(Objects.requireNonNull(sampler.take()).problem()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. | 9 | exit code 9",
                "No devices were found | 6 | finds no GPU on this node",
                "x, NVIDIA A100, 1, 2, 3, 4 | 0 | cannot parse",
                "'' | 0 | reported no GPU",
            })
    void outputThatMakesNoSenseIsNamed(String output, int code, String words) {
        assertThatThrownBy(() -> NvidiaSmiOutput.parse(output, code))
                .isInstanceOf(GpuUnavailableException.class)
                .hasMessageContaining(words);
    }

    @Test
    void onANodeWithoutTheProgramThatIsSaid() {
        boolean there = Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "nvidia-smi")));
        if (there) {
            // Then what it says depends on the machine: it only must not hang.
            try {
                assertThat(new NvidiaSmi().read()).isNotEmpty();
            } catch (GpuUnavailableException | InterruptedException e) {
                assertThat(e).hasMessageContaining("nvidia-smi");
            }
            return;
        }
        assertThatThrownBy(() -> new NvidiaSmi().read())
                .isInstanceOfSatisfying(
                        GpuUnavailableException.class,
                        e -> assertThat(e.isLasting()).isTrue())
                .hasMessageContaining("no nvidia-smi");
    }
}
