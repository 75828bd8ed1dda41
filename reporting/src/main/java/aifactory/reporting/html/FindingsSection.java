package aifactory.reporting.html;

import aifactory.protocol.Finding;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import org.jspecify.annotations.Nullable;

/** What a reader has to know before using the values of the run: each finding with its numbers and its remedy. */
final class FindingsSection {
    private final Html html;
    private final RunSummary summary;

    FindingsSection(Html html, RunSummary summary) {
        this.html = html;
        this.summary = summary;
    }

    /** Writes nothing where there are no findings. */
    void write() {
        if (summary.allFindings().isEmpty()) {
            return;
        }
        html.open("section", "class", "findings").element("h2", "Findings");
        html.element(
                "p",
                "Findings do not change the verdict. They describe what to know before using the values.",
                "class",
                "note");
        html.open("dl");
        summary.allFindings().forEach(this::writeFinding);
        html.close().close().line();
    }

    private void writeFinding(Finding finding) {
        html.open("div").open("dt").element("code", finding.code()).close().open("dd");
        html.element("p", finding.message());
        if (!finding.details().isEmpty()) {
            html.open("ul", "class", "details");
            finding.details().forEach((name, value) -> html.element("li", detail(name, value)));
            html.close();
        }
        html.element("p", finding.remedy(), "class", "remedy").close().close().line();
    }

    /** {@code ttft_p50_ms} of 52.1 becomes "ttft p50 ms 52.1". */
    private static String detail(String name, @Nullable Double value) {
        return name.replace('_', ' ') + " " + Figures.of(value);
    }
}
