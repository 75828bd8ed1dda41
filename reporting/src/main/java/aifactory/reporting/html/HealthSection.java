package aifactory.reporting.html;

import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import java.util.List;

/** The health of the clients, with the limits beyond which a run is not valid. */
final class HealthSection {
    private final Html html;
    private final RunResult result;
    private final RunSummary summary;

    HealthSection(Html html, RunResult result) {
        this.html = html;
        this.result = result;
        this.summary = result.summary();
    }

    void write() {
        RunSummary.Clients clients = summary.clients();
        html.open("section").element("h2", "Health of the clients");
        html.element(
                "p",
                "The worst value of any client, with the limit beyond which the clients distort the measurement. "
                        + "With kernel stamps, load of the clients alone does not make a run invalid: the client"
                        + " shares decide. "
                        + "Of the clients, " + clients.inWords() + "; they started within "
                        + Figures.of(summary.provenance().startSpreadMs()) + " ms.",
                "class",
                "note");
        if (!clients.lost().isEmpty()) {
            html.element("p", "Lost: " + clients.lostInWords(), "class", "warning");
        }
        html.open(
                "div",
                "class",
                "scroll",
                "tabindex",
                "0",
                "role",
                "region",
                "aria-label",
                "Signs of the clients' health");
        html.open("table", "class", "bars").element("caption", "Signs of the clients' health");
        html.open("thead").open("tr");
        List.of("Sign", "Worst", "Limit", "Of the limit").forEach(head -> html.element("th", head, "scope", "col"));
        html.close().close().open("tbody").line();
        ClientSigns.of(result).forEach(this::row);
        html.close().close().close().close().line();
    }

    private void row(ClientSigns.Sign sign) {
        Double limit = sign.limit();
        html.open("tr").element("th", sign.name(), "scope", "row");
        html.element("td", figure(sign.worst(), sign.isShare()));
        html.element("td", limit == null ? "none" : figure(limit, sign.isShare()));
        html.open("td");
        if (sign.isJudged()) {
            Meter.write(html, sign.shareOfLimit(), !sign.isBeyond() ? "good" : sign.isReason() ? "bad" : "doubt");
            html.text(Figures.percent(sign.shareOfLimit()) + " · " + sign.judgement());
        } else {
            html.text(Figures.NONE);
        }
        html.close().close().line();
    }

    private static String figure(double figure, boolean share) {
        return share ? Figures.percent(figure) : Double.isFinite(figure) ? Figures.of(figure) + " ms" : Figures.NONE;
    }
}
