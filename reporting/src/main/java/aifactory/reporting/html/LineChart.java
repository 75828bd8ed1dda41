package aifactory.reporting.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A small line chart as SVG that needs no script: 380 units wide, so that its text keeps its size on a telephone as on a desk.
 *
 * @param title what is shown, with its unit
 * @param description of the chart in a sentence, for those who cannot see it
 * @param positions of the points along the axis, 0 to 1, ascending
 * @param xTicks marks below
 * @param series each with one value a position; a value that is not a number leaves a gap
 * @param bridged whether a line goes on over values that are missing
 * @param shades stretches outside of the measured window
 * @param table the id of the table with the same figures, row by row
 * @param columns of that table that belong to this chart, the first being 0
 */
record LineChart(
        String title,
        String description,
        double[] positions,
        List<Tick> xTicks,
        List<Series> series,
        boolean bridged,
        List<Shade> shades,
        String table,
        List<Integer> columns) {

    private static final double WIDTH = 380;
    private static final double HEIGHT = 200;
    private static final double LEFT = 46;
    private static final double RIGHT = 10;
    private static final double TOP = 10;
    private static final double BOTTOM = 24;
    private static final int Y_STEPS = 4;

    /** A mark on the horizontal axis. */
    record Tick(double position, String label) {}

    /**
     * One line.
     *
     * @param colour 0 to 5, one of the page's series colours
     * @param dashed whether the line is dashed, so that it can be told apart without colour
     */
    record Series(String name, int colour, boolean dashed, double[] values) {}

    /** A stretch of the horizontal axis. */
    record Shade(double from, double to) {}

    /** Whether there is anything to show. */
    boolean hasValues() {
        return series.stream().anyMatch(line -> hasValues(line.values()));
    }

    private static boolean hasValues(double[] values) {
        for (double value : values) {
            if (Double.isFinite(value)) {
                return true;
            }
        }
        return false;
    }

    void write(Html html) {
        html.open("figure", "class", "chart", "data-table", table, "data-columns", join(columns));
        html.open("figcaption");
        html.element("span", title, "class", "chart-title");
        html.open("span", "class", "legend");
        for (Series line : series) {
            if (hasValues(line.values())) {
                html.open("span", "class", "key");
                html.element("i", "", "class", "swatch " + style(line));
                html.text(line.name()).close();
            }
        }
        html.close().close();
        writePlot(html);
        html.close().line();
    }

    private void writePlot(Html html) {
        List<Double> yTicks = AxisTicks.upTo(largest(), Y_STEPS);
        double top = yTicks.getLast();
        html.open(
                "svg",
                "viewBox",
                "0 0 " + (int) WIDTH + " " + (int) HEIGHT,
                "role",
                "img",
                "tabindex",
                "0",
                "aria-label",
                description + " Use the arrow keys to read the points.",
                "data-x",
                pixels());
        for (Shade shade : shades) {
            double from = x(shade.from());
            html.empty(
                    "rect",
                    "class",
                    "shade",
                    "x",
                    number(from),
                    "y",
                    number(TOP),
                    "width",
                    number(Math.max(0, x(shade.to()) - from)),
                    "height",
                    number(HEIGHT - TOP - BOTTOM));
        }
        for (double tick : yTicks) {
            double y = y(tick, top);
            html.empty(
                    "line",
                    "class",
                    tick == 0 ? "axis" : "grid",
                    "x1",
                    number(LEFT),
                    "x2",
                    number(WIDTH - RIGHT),
                    "y1",
                    number(y),
                    "y2",
                    number(y));
            html.element(
                    "text",
                    tickLabel(tick),
                    "class",
                    "tick",
                    "x",
                    number(LEFT - 6),
                    "y",
                    number(y + 3.5),
                    "text-anchor",
                    "end");
        }
        for (Tick tick : xTicks) {
            double x = x(tick.position());
            html.empty(
                    "line",
                    "class",
                    "grid",
                    "x1",
                    number(x),
                    "x2",
                    number(x),
                    "y1",
                    number(TOP),
                    "y2",
                    number(HEIGHT - BOTTOM));
            html.element(
                    "text",
                    tick.label(),
                    "class",
                    "tick",
                    "x",
                    number(x),
                    "y",
                    number(HEIGHT - BOTTOM + 15),
                    "text-anchor",
                    tick.position() > 0.97 ? "end" : "middle");
        }
        for (Series line : series) {
            writeLine(html, line, top);
        }
        html.empty("line", "class", "cursor", "y1", number(TOP), "y2", number(HEIGHT - BOTTOM), "x1", "0", "x2", "0");
        html.close();
    }

    private void writeLine(Html html, Series line, double top) {
        StringBuilder path = new StringBuilder();
        double[] values = line.values();
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                boolean continues = bridged ? !path.isEmpty() : i > 0 && Double.isFinite(values[i - 1]);
                boolean alone = !continues && !(i + 1 < values.length && Double.isFinite(values[i + 1]));
                path.append(continues ? 'L' : 'M')
                        .append(number(x(positions[i])))
                        .append(' ')
                        .append(number(y(values[i], top)));
                path.append(alone ? "h0.01" : "");
            }
        }
        if (!path.isEmpty()) {
            html.empty("path", "class", "line " + style(line), "d", path.toString());
        }
    }

    private double largest() {
        double largest = 0;
        for (Series line : series) {
            for (double value : line.values()) {
                largest = Double.isFinite(value) ? Math.max(largest, value) : largest;
            }
        }
        return largest;
    }

    private static String style(Series line) {
        return "s" + line.colour() + (line.dashed() ? " dashed" : "");
    }

    private static double x(double position) {
        return LEFT + position * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
    }

    private String pixels() {
        StringBuilder pixels = new StringBuilder();
        for (double position : positions) {
            pixels.append(pixels.isEmpty() ? "" : " ").append(number(x(position)));
        }
        return pixels.toString();
    }

    private static String tickLabel(double tick) {
        if (tick >= 1_000_000) {
            return shortened(tick / 1_000_000) + " M";
        }
        return tick >= 10_000 ? shortened(tick / 1_000) + " k" : shortened(tick);
    }

    private static String shortened(double value) {
        String text = String.format(Locale.ROOT, "%.4f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String join(List<Integer> numbers) {
        List<String> texts = new ArrayList<>();
        numbers.forEach(number -> texts.add(Integer.toString(number)));
        return String.join(" ", texts);
    }
}
