package aifactory.reporting.html;

import aifactory.protocol.EnergySummary;
import aifactory.protocol.RunSummary;
import aifactory.reporting.EnergyText;
import aifactory.reporting.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The energy that the nodes of the servers used in the measured window. */
final class EnergySection {
    private static final int MOST_ROWS = 1_000;

    private final Html html;
    private final @Nullable EnergySummary energy;

    EnergySection(Html html, RunSummary summary) {
        this.html = html;
        this.energy = summary.energy();
    }

    /** Writes nothing if no servers were started for the run. */
    void write() {
        if (energy == null) {
            return;
        }
        html.open("section").element("h2", "Energy of the servers");
        html.element("p", "Energy: " + EnergyText.of(energy) + ".");
        energy.notes().forEach(note -> html.element("p", note + ".", "class", "note"));
        if (!energy.devices().isEmpty()) {
            devices(energy.devices());
        }
        html.close().line();
    }

    private void devices(List<EnergySummary.Device> devices) {
        List<List<String>> rows = new ArrayList<>();
        for (EnergySummary.Device device : devices.subList(0, Math.min(MOST_ROWS, devices.size()))) {
            rows.add(List.of(
                    device.node() + " · " + device.id(),
                    device.kind().name().toUpperCase(Locale.ROOT),
                    device.name(),
                    device.source(),
                    Figures.of(device.wattsMean()),
                    Figures.of(device.idleWatts()),
                    Figures.of(device.joules()),
                    Figures.percent(device.coveredShare())));
        }
        DataTable.write(
                html,
                "",
                "Energy in the measured window",
                List.of(
                        "Device",
                        "Kind",
                        "Product",
                        "Read by",
                        "Power mean, W",
                        "Idle, W",
                        "Energy, J",
                        "Known for share of window"),
                rows);
    }
}
