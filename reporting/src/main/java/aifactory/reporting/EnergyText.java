package aifactory.reporting;

import aifactory.protocol.EnergySummary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The energy of a run as text. Stateless. */
public final class EnergyText {
    private static final double MILLI = 1e-3;

    private EnergyText() {}

    /** For example {@code 12,340 J (3.43 Wh) of the servers' GPUs and CPUs, 1.2 J (0.33 mWh) per output token …}. */
    public static String of(EnergySummary energy) {
        Double joules = energy.joules();
        if (joules == null) {
            String reason = energy.notes().isEmpty()
                    ? "no device reported its power"
                    : energy.notes().getFirst();
            return "not known: " + TerminalText.safe(reason);
        }
        List<String> parts = new ArrayList<>();
        parts.add(amount(joules) + " of the servers' " + devices(energy));
        add(parts, energy.joulesPerOutputToken(), "per output token");
        add(parts, energy.joulesPerToken(), "per input or output token");
        add(parts, energy.joulesPerRequest(), "per request");
        if (energy.idleJoules() != null) {
            parts.add(amount(energy.idleJoules()) + " of it idle (" + Figures.of(energy.idleWatts()) + " W)");
        }
        return String.join(", ", parts);
    }

    private static String devices(EnergySummary energy) {
        if (energy.cpuJoules() == null) {
            return "GPUs";
        }
        return energy.gpuJoules() == null ? "CPUs" : "GPUs and CPUs";
    }

    private static void add(List<String> parts, @Nullable Double joules, String what) {
        if (joules != null) {
            parts.add(amount(joules) + " " + what);
        }
    }

    /** In joules and in watt-hours or thousandths of them. */
    public static String amount(double joules) {
        double wattHours = joules / EnergySummary.JOULES_PER_WATT_HOUR;
        String hours = wattHours >= 1 ? Figures.of(wattHours) + " Wh" : Figures.of(wattHours / MILLI) + " mWh";
        return Figures.of(joules) + " J (" + hours + ")";
    }
}
