package aifactory.reporting.html;

import java.util.ArrayList;
import java.util.List;

/** Round numbers for an axis. Stateless. */
final class AxisTicks {
    private AxisTicks() {}

    /**
     * From 0 in steps of 1, 2 or 5 times a power of ten, the last one at or above the largest value.
     *
     * @param largest 0 or more
     * @param about how many steps there may be at most
     */
    static List<Double> upTo(double largest, int about) {
        double step = step(largest <= 0 ? 1 : largest, about);
        List<Double> ticks = new ArrayList<>();
        int last = (int) Math.ceil((largest <= 0 ? 1 : largest) / step - 1e-9);
        for (int i = 0; i <= last; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private static double step(double largest, int about) {
        double rough = largest / about;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double factor : new double[] {1, 2, 5}) {
            if (rough <= factor * power * (1 + 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
