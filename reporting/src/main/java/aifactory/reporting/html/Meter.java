package aifactory.reporting.html;

import java.util.Locale;

/** A bar that shows a share. Only decoration: the value is shown next to it. Stateless. */
final class Meter {
    private Meter() {}

    /**
     * Writes the bar.
     *
     * @param share what is beyond 1 fills the bar
     * @param level {@code good}, {@code doubt} or {@code bad}
     */
    static void write(Html html, double share, String level) {
        double percent = Double.isFinite(share) ? Math.clamp(share * 100, 0, 100) : 0;
        html.open("span", "class", "meter", "aria-hidden", "true");
        html.open("span", "class", "fill " + level, "style", String.format(Locale.ROOT, "width:%.1f%%", percent));
        html.close().close();
    }
}
