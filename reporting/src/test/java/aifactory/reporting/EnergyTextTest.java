package aifactory.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.EnergySummary;
import aifactory.protocol.PowerReport;
import aifactory.protocol.RunResult;
import aifactory.reporting.comparison.RunValues;
import aifactory.reporting.html.RunReport;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnergyTextTest {
    static EnergySummary energy(@Nullable Double joules, List<String> notes) {
        boolean known = joules != null;
        return new EnergySummary(
                30,
                joules,
                joules == null ? null : joules / 3600,
                joules,
                null,
                known ? 90.0 : null,
                known ? 2_700.0 : null,
                known ? 1.5 : null,
                known ? 0.5 : null,
                known ? 90.0 : null,
                known ? 1.5 / 3600 : null,
                known ? 0.5 / 3600 : null,
                known ? 90.0 / 3600 : null,
                List.of(new EnergySummary.Device(
                        "gpu0",
                        "GPU-1",
                        PowerReport.Kind.GPU,
                        "A100",
                        "nvidia-smi",
                        known ? 1 : 0.4,
                        7_200,
                        240.0,
                        90.0)),
                notes);
    }

    @Test
    void tableAndReportShowEnergyPerTokenAndRequestAndIdlePower() {
        RunResult result = new SampleRun().result().withEnergy(energy(7_200.0, List.of()));
        String table = ResultTable.render(result.summary(), 400, false);
        assertThat(table)
                .contains("Energy      7,200 J (2.00 Wh) of the servers' GPUs, 1.50 J (0.417 mWh) per output token,")
                .contains("90.0 J (25.0 mWh) per request, 2,700 J (750 mWh) of it idle (90.0 W)");
        assertThat(RunReport.of(result))
                .contains("Energy of the servers")
                .contains("gpu0 · GPU-1")
                .contains("nvidia-smi");
        assertThat(RunValues.of(result.summary())).containsEntry("energy_per_output_token", 1.5);
    }

    @Test
    void energyThatIsNotKnownForAllOfTheWindowIsNoValue() {
        RunResult result = new SampleRun()
                .result()
                .withEnergy(energy(null, List.of("gpu0: the power of GPU-1 is known for 40 % of the window")));
        assertThat(ResultTable.render(result.summary(), 400, false))
                .contains("Energy      not known: gpu0: the power of GPU-1 is known for 40 % of the window");
        assertThat(RunValues.of(result.summary())).doesNotContainKey("energy_per_output_token");
    }
}
