package aifactory.commandline.dataset;

import java.util.List;
import java.util.Locale;

/** A bar chart of arrivals over time, in characters. Stateless. */
final class RateChart {
    private static final String LEVELS = " ▁▂▃▄▅▆▇█";
    private static final int STEPS = LEVELS.length() - 1;
    private static final int ROWS = 5;
    private static final int LABEL_COLUMNS = 9;

    private RateChart() {}

    /**
     * The chart.
     *
     * @param counts per bucket of time
     * @param peak text for the highest bar
     * @param end text for the end of the time axis
     */
    static String of(List<Long> counts, String peak, String end) {
        long most = counts.stream().mapToLong(Long::longValue).max().orElse(1);
        StringBuilder chart = new StringBuilder();
        for (int row = ROWS - 1; row >= 0; row--) {
            String label = row == ROWS - 1 ? peak : "";
            chart.append(String.format(Locale.ROOT, "%" + LABEL_COLUMNS + "s │", label));
            for (long count : counts) {
                // A bucket with anything in it is seen.
                long height = count == 0 ? 0 : Math.max(1, Math.round((double) count / most * ROWS * STEPS));
                int level = Math.clamp(height - (long) row * STEPS, 0, STEPS);
                chart.append(LEVELS.charAt(level));
            }
            chart.append(System.lineSeparator());
        }
        String axis = "─".repeat(counts.size());
        chart.append(" ".repeat(LABEL_COLUMNS)).append(" └").append(axis).append(System.lineSeparator());
        int padding = Math.max(1, counts.size() + 1 - end.length());
        chart.append(" ".repeat(LABEL_COLUMNS + 1))
                .append("0")
                .append(" ".repeat(padding))
                .append(end);
        return chart.append(System.lineSeparator()).toString();
    }
}
