package aifactory.reporting.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A small line chart as SVG that needs no script: 380 units wide, so that its text keeps its size on a telephone as on
 * a desk.
 *
 * @param title what is shown, with its unit
 * @param description of the chart in a sentence, for those who cannot see it
 * @param positions of the points along the axis, 0 to 1, ascending
 * @param xTicks marks below
 * @param series each with one value per position; a value that is not a number leaves a gap
 * @param bridged whether a line bridges missing values
 * @param shades stretches outside of the measured window
 * @param table the id of the table with the same figures, row by row
 * @param columns of that table that belong to this chart, the first being 0
 * @param xTitle what the horizontal axis shows, with its unit; empty for none
 * @param limits that the values are compared with
 * @param marked whether each value has a dot: where the points, and not the lines between them, were measured
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
        List<Integer> columns,
        String xTitle,
        List<Limit> limits,
        boolean marked) {

    private static final double WIDTH = 380;
    private static final double PLOT_HEIGHT = 200;
    private static final double X_TITLE_HEIGHT = 14;
    /** A limit so much above all values would make them a flat line. */
    private static final double MOST_ABOVE = 2.5;

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
     * @param dashed whether the line is dashed, so that it can be distinguished without colour
     */
    record Series(String name, int colour, boolean dashed, double[] values) {}

    /** A value that the others are compared with. */
    record Limit(double value, String label) {}

    /** Without a title of the horizontal axis and limits. */
    LineChart(
            String title,
            String description,
            double[] positions,
            List<Tick> xTicks,
            List<Series> series,
            boolean bridged,
            List<Shade> shades,
            String table,
            List<Integer> columns) {
        this(title, description, positions, xTicks, series, bridged, shades, table, columns, "", List.of(), false);
    }

    /** The same chart with a title of its horizontal axis and limits. */
    LineChart with(String titleOfX, List<Limit> heldAgainst) {
        return new LineChart(
                title,
                description,
                positions,
                xTicks,
                series,
                bridged,
                shades,
                table,
                columns,
                titleOfX,
                heldAgainst,
                marked);
    }

    /** The same chart with a dot at each value. */
    LineChart withMarkers() {
        return new LineChart(
                title, description, positions, xTicks, series, bridged, shades, table, columns, xTitle, limits, true);
    }

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
                "0 0 " + (int) WIDTH + " " + (int) (PLOT_HEIGHT + (xTitle.isEmpty() ? 0 : X_TITLE_HEIGHT)),
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
                    number(PLOT_HEIGHT - TOP - BOTTOM));
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
                    number(PLOT_HEIGHT - BOTTOM));
            html.element(
                    "text",
                    tick.label(),
                    "class",
                    "tick",
                    "x",
                    number(x),
                    "y",
                    number(PLOT_HEIGHT - BOTTOM + 15),
                    "text-anchor",
                    tick.position() > 0.97 ? "end" : "middle");
        }
        for (Series line : series) {
            writeLine(html, line, top);
        }
        writeLimits(html, top);
        if (!xTitle.isEmpty()) {
            html.element(
                    "text",
                    xTitle,
                    "class",
                    "tick",
                    "x",
                    number(x(0.5)),
                    "y",
                    number(PLOT_HEIGHT + X_TITLE_HEIGHT - 4),
                    "text-anchor",
                    "middle");
        }
        html.empty(
                "line", "class", "cursor", "y1", number(TOP), "y2", number(PLOT_HEIGHT - BOTTOM), "x1", "0", "x2", "0");
        html.close();
    }

    private void writeLimits(Html html, double top) {
        for (Limit limit : shownLimits()) {
            String y = number(y(limit.value(), top));
            html.empty("line", "class", "limit", "x1", number(LEFT), "x2", number(WIDTH - RIGHT), "y1", y, "y2", y);
            html.element(
                    "text",
                    limit.label(),
                    "class",
                    "tick limit-label",
                    "x",
                    number(WIDTH - RIGHT),
                    "y",
                    number(besideLine(y(limit.value(), top))),
                    "text-anchor",
                    "end");
        }
    }

    /** Above the line, or below it where there is no room above. */
    static double besideLine(double y) {
        return y < TOP + 12 ? y + 12 : y - 3;
    }

    private List<Limit> shownLimits() {
        double values = largestValue();
        return limits.stream()
                .filter(limit -> limit.value() <= MOST_ABOVE * values)
                .toList();
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
        if (marked) {
            StringBuilder dots = new StringBuilder();
            for (int i = 0; i < values.length; i++) {
                if (Double.isFinite(values[i])) {
                    dots.append('M')
                            .append(number(x(positions[i])))
                            .append(' ')
                            .append(number(y(values[i], top)))
                            .append("h0");
                }
            }
            html.empty("path", "class", "dots marks s" + line.colour(), "d", dots.toString());
        }
    }

    private double largest() {
        double ofLimits = shownLimits().stream().mapToDouble(Limit::value).max().orElse(0);
        return Math.max(largestValue(), ofLimits);
    }

    private double largestValue() {
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
        return PLOT_HEIGHT - BOTTOM - value / top * (PLOT_HEIGHT - TOP - BOTTOM);
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
