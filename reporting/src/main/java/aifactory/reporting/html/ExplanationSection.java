package aifactory.reporting.html;

import aifactory.protocol.Explanation;
import aifactory.protocol.Explanation.LatencyPart;
import aifactory.protocol.Explanation.LatencyStack;
import aifactory.protocol.Finding;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import aifactory.reporting.explanation.ExplanationText;
import java.util.Locale;

/** Where the time of the requests went, as stacked bars, and what limits the server. */
final class ExplanationSection {
    private final Html html;
    private final RunSummary summary;

    ExplanationSection(Html html, RunSummary summary) {
        this.html = html;
        this.summary = summary;
    }

    /** Writes nothing if the servers reported nothing and no cause was found. */
    void write() {
        Explanation explanation = summary.explanation();
        if (explanation == null
                || (explanation.latencies().isEmpty() && explanation.causes().isEmpty())) {
            return;
        }
        html.open("section", "class", "explanation").element("h2", "Where the time went");
        if (!explanation.latencies().isEmpty()) {
            html.element(
                    "p",
                    "Means over the measured window: the clients' latency, divided by the durations that the servers report"
                            + (explanation.engine() == null ? "" : " (" + explanation.engine() + ")")
                            + ". Grey parts are reported by no server.",
                    "class",
                    "note");
            explanation.latencies().forEach(this::writeStack);
        }
        if (!explanation.causes().isEmpty()) {
            html.element("h3", "What limits it").open("dl");
            explanation.causes().forEach(this::writeCause);
            html.close();
        }
        html.close().line();
    }

    private void writeStack(LatencyStack stack) {
        html.element("h3", "Mean " + ExplanationText.metric(stack) + ": " + Figures.of(stack.meanMs()) + " ms");
        html.open("div", "class", "stack", "aria-hidden", "true");
        double sum = Math.max(stack.meanMs(), stack.sumMs());
        for (LatencyPart part : stack.parts()) {
            double percent = sum <= 0 ? 0 : 100 * part.meanMs() / sum;
            html.open(
                            "span",
                            "class",
                            "part part-" + part.name(),
                            "style",
                            String.format(Locale.ROOT, "width:%.2f%%", percent),
                            "title",
                            ExplanationText.name(part) + " " + Figures.of(part.meanMs()) + " ms")
                    .close();
        }
        html.close();
        html.open("table", "class", "parts").open("tbody");
        for (LatencyPart part : stack.parts()) {
            html.open("tr").open("th", "scope", "row");
            html.element("span", "", "class", "key part-" + part.name(), "aria-hidden", "true");
            html.text(ExplanationText.name(part)).close();
            html.element("td", Figures.of(part.meanMs()) + " ms");
            html.element("td", stack.meanMs() <= 0 ? "" : Figures.percent(part.meanMs() / stack.meanMs()));
            html.close();
        }
        html.close().close().line();
    }

    private void writeCause(Finding cause) {
        html.open("div").open("dt").element("code", cause.code()).close().open("dd");
        html.element("p", cause.message()).element("p", cause.remedy(), "class", "remedy");
        html.close().close().line();
    }
}
