package aifactory.reporting.html;

import java.util.List;
import java.util.Locale;

/**
 * Points over two linear axes as SVG, drawn as one path per group so that thousands take little room.
 *
 * @param description of the chart in a sentence, for those who cannot see it
 * @param xTitle what the horizontal axis shows, with its unit
 * @param bars whether each point is the top of a bar from the axis instead of a dot
 */
record PointChart(
        String title,
        String description,
        String xTitle,
        List<Group> groups,
        List<LineChart.Limit> limits,
        boolean bars) {
    private static final double WIDTH = 380;
    private static final double HEIGHT = 214;
    private static final double LEFT = 46;
    private static final double RIGHT = 10;
    private static final double TOP = 10;
    private static final double BOTTOM = 38;
    private static final int STEPS = 4;

    /**
     * Points of one kind.
     *
     * @param colour 0 to 5, one of the page's series colours
     * @param x of the points, not below 0
     * @param y of the points, not below 0
     */
    record Group(String name, int colour, double[] x, double[] y) {}

    void write(Html html) {
        html.open("figure", "class", "chart").open("figcaption");
        html.element("span", title, "class", "chart-title");
        html.open("span", "class", "legend");
        for (Group group : groups) {
            if (group.x().length > 0 && groups.size() > 1) {
                html.open("span", "class", "key");
                html.element("i", "", "class", "swatch s" + group.colour());
                html.text(group.name()).close();
            }
        }
        html.close().close();
        List<Double> yTicks = AxisTicks.upTo(largest(false), STEPS);
        List<Double> xTicks = AxisTicks.upTo(largest(true), STEPS);
        html.open(
                "svg", "viewBox", "0 0 " + (int) WIDTH + " " + (int) HEIGHT, "role", "img", "aria-label", description);
        for (double tick : yTicks) {
            String y = number(y(tick, yTicks.getLast()));
            line(html, tick == 0 ? "axis" : "grid", number(LEFT), number(WIDTH - RIGHT), y, y);
            text(html, label(tick), LEFT - 6, y(tick, yTicks.getLast()) + 3.5, "end");
        }
        for (double tick : xTicks) {
            String x = number(x(tick, xTicks.getLast()));
            line(html, "grid", x, x, number(TOP), number(HEIGHT - BOTTOM));
            text(
                    html,
                    label(tick),
                    x(tick, xTicks.getLast()),
                    HEIGHT - BOTTOM + 15,
                    tick == xTicks.getLast() ? "end" : "middle");
        }
        text(html, xTitle, x(0.5, 1), HEIGHT - 6, "middle");
        for (Group group : groups) {
            path(html, group, xTicks.getLast(), yTicks.getLast());
        }
        for (LineChart.Limit limit : limits) {
            if (limit.value() <= yTicks.getLast()) {
                String y = number(y(limit.value(), yTicks.getLast()));
                line(html, "limit", number(LEFT), number(WIDTH - RIGHT), y, y);
                text(
                        html,
                        limit.label(),
                        WIDTH - RIGHT,
                        LineChart.besideLine(y(limit.value(), yTicks.getLast())),
                        "end");
            }
        }
        html.close().close().line();
    }

    private void path(Html html, Group group, double right, double top) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < group.x().length; i++) {
            if (Double.isFinite(group.x()[i]) && Double.isFinite(group.y()[i])) {
                path.append('M').append(number(x(group.x()[i], right))).append(' ');
                path.append(number(y(bars ? 0 : group.y()[i], top)));
                path.append(bars ? "V" + number(y(group.y()[i], top)) : "h0");
            }
        }
        if (!path.isEmpty()) {
            html.empty("path", "class", (bars ? "bar" : "dots") + " s" + group.colour(), "d", path.toString());
        }
    }

    private static void line(Html html, String style, String x1, String x2, String y1, String y2) {
        html.empty("line", "class", style, "x1", x1, "x2", x2, "y1", y1, "y2", y2);
    }

    private static void text(Html html, String text, double x, double y, String anchor) {
        html.element("text", text, "class", "tick", "x", number(x), "y", number(y), "text-anchor", anchor);
    }

    private double largest(boolean ofX) {
        double largest = 0;
        for (Group group : groups) {
            for (double value : ofX ? group.x() : group.y()) {
                largest = Double.isFinite(value) ? Math.max(largest, value) : largest;
            }
        }
        return largest;
    }

    private static double x(double value, double right) {
        return LEFT + value / right * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
    }

    private static String label(double tick) {
        return tick >= 10_000 ? trimmed(tick / 1_000) + " k" : trimmed(tick);
    }

    private static String trimmed(double value) {
        return String.format(Locale.ROOT, "%.4f", value).replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
