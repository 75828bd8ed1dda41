package aifactory.service.runs;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.GpuMessage;
import aifactory.protocol.GpuSummary;
import aifactory.protocol.JsonFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class GpuUseTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Map<Integer, String> NAMES = Map.of(0, "node001", 1, "node002");

    private final GpuUse use = new GpuUse();

    private static GpuMessage gpu(int index, double utilization, double memory, @Nullable Double watts) {
        return new GpuMessage(
                null, List.of(new GpuMessage.Gpu(index, "NVIDIA A100", utilization, memory, 81920, watts)));
    }

    private void add(int client, int second, GpuMessage message) {
        use.add(client, second * SECOND, (second + 1) * SECOND, message);
    }

    @Test
    void withoutSamplingThereIsNoSummary() {
        assertThat(use.summary(NAMES)).isNull();
    }

    @Test
    void eachGpuOfEachClientIsAddedUp() {
        add(0, 0, gpu(0, 100, 1000, 400.0));
        add(0, 1, gpu(0, 50, 3000, 200.0));
        add(1, 0, gpu(0, 10, 500, null));

        GpuSummary summary = Objects.requireNonNull(use.summary(NAMES));

        assertThat(summary.notes()).isEmpty();
        assertThat(summary.gpus()).hasSize(2);
        GpuSummary.Gpu first = summary.gpus().getFirst();
        assertThat(first.client()).isEqualTo("node001");
        assertThat(first.samples()).isEqualTo(2);
        assertThat(first.utilizationPercentMean()).isEqualTo(75);
        assertThat(first.utilizationPercentMax()).isEqualTo(100);
        assertThat(first.memoryUsedMibMax()).isEqualTo(3000);
        assertThat(first.powerWattsMean()).isEqualTo(300.0);
        assertThat(first.powerWattsMax()).isEqualTo(400.0);
        assertThat(first.energyWattHours()).isEqualTo(300.0 * 2 / 3600);
        assertThat(first.timeline())
                .extracting(GpuSummary.Point::utilizationPercent)
                .containsExactly(100.0, 50.0);
        assertThat(summary.gpus().getLast().powerWattsMean()).isNull();
        assertThat(summary.gpus().getLast().energyWattHours()).isNull();
    }

    @Test
    void aClientThatCanTellNothingIsNamed() {
        use.add(1, 0, SECOND, new GpuMessage("this node has no nvidia-smi", List.of()));

        GpuSummary summary = Objects.requireNonNull(use.summary(NAMES));

        assertThat(summary.notes()).containsExactly("node002: this node has no nvidia-smi");
        assertThat(summary.gpus()).isEmpty();
    }

    @Test
    void ofHundredsOfClientsWithTheSameProblemThereIsOneNote() {
        Map<Integer, String> names = new HashMap<>();
        for (int client = 0; client < 1_000; client++) {
            names.put(client, "node%04d".formatted(client));
            String problem = client == 7 ? "nvidia-smi does not answer" : "this node has no nvidia-smi";
            use.add(client, 0, SECOND, new GpuMessage(problem, List.of()));
        }

        assertThat(Objects.requireNonNull(use.summary(names)).notes())
                .containsExactly(
                        "999 of 1000 clients (node0000, node0001, node0002, node0003, node0004, node0005, node0006, node0008"
                                + " and 991 others): this node has no nvidia-smi",
                        "node0007: nvidia-smi does not answer");
    }

    @Test
    void theTimelineKeepsItsSizeHoweverLongTheRun() {
        for (int second = 0; second < 5_000; second++) {
            add(0, second, gpu(0, second < 2_500 ? 0 : 100, second, 100.0));
        }

        GpuSummary.Gpu gpu = Objects.requireNonNull(use.summary(NAMES)).gpus().getFirst();

        assertThat(gpu.samples()).isEqualTo(5_000);
        assertThat(gpu.utilizationPercentMean()).isEqualTo(50);
        assertThat(gpu.timeline()).hasSizeBetween(60, 120);
        assertThat(gpu.timeline().getFirst().second()).isZero();
        assertThat(gpu.timeline().getFirst().utilizationPercent()).isZero();
        assertThat(gpu.timeline().getLast().utilizationPercent()).isEqualTo(100);
        assertThat(gpu.timeline().getLast().memoryUsedMib()).isEqualTo(4_999);
        assertThat(gpu.timeline()).extracting(GpuSummary.Point::second).isSorted();
    }

    @Test
    void aClientCannotInventGpusWithoutEnd() {
        for (int index = 0; index < 1_000; index++) {
            add(0, 0, gpu(index, 1, 1, null));
        }

        assertThat(Objects.requireNonNull(use.summary(NAMES)).gpus()).hasSize(GpuMessage.MAXIMUM_GPUS);
    }

    @Test
    void theSummaryIsWrittenUnderTheNamesOfTheSchema() {
        add(0, 0, gpu(0, 42, 1000, 400.0));

        JsonNode json = JsonFormat.mapper().valueToTree(use.summary(NAMES));

        JsonNode gpu = json.path("gpus").path(0);
        assertThat(gpu.path("utilization_percent_mean").asDouble()).isEqualTo(42);
        assertThat(gpu.path("memory_used_mib_max").asDouble()).isEqualTo(1000);
        assertThat(gpu.path("power_watts_mean").asDouble()).isEqualTo(400);
        assertThat(gpu.path("timeline").path(0).path("power_watts").asDouble()).isEqualTo(400);
    }
}
