package aifactory.reporting.campaign;

import aifactory.capacity.CapacityCurve;
import aifactory.reporting.Figures;
import aifactory.reporting.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A campaign as text for a terminal: its curve as bars of latency, with the Pareto front and its knee marked.
 * Stateless.
 */
public final class CampaignTable {
    private static final int NARROWEST = 60;
    private static final int MOST_NAME = 40;

    private CampaignTable() {}

    /**
     * The table, each line ended.
     *
     * @param width columns of the terminal
     */
    public static String render(CampaignDocument campaign, int width) {
        StringBuilder text = new StringBuilder();
        CapacityCurve curve = campaign.curve();
        List<CampaignDocument.Step> shown = sorted(campaign, curve);
        int names = shown.stream()
                .mapToInt(step -> Math.min(MOST_NAME, step.name().length()))
                .max()
                .orElse(4);
        names = Math.max(names, 4);
        String format = "%-" + names + "s %9s %9s %10s  ";
        text.append(String.format(Locale.ROOT, format, "step", "req/s", "tokens/s", campaign.latencyName()))
                .append('\n');
        double largest = curve.points().stream()
                .mapToDouble(CapacityCurve.Point::latencyMs)
                .max()
                .orElse(1);
        int bar = Math.max(8, Math.max(NARROWEST, width) - names - 46);
        for (CampaignDocument.Step step : shown) {
            CapacityCurve.Point point = campaign.pointOf(step, curve);
            text.append(String.format(
                    Locale.ROOT,
                    format,
                    TerminalText.safe(
                            step.name().length() > MOST_NAME ? step.name().substring(0, MOST_NAME) : step.name()),
                    point == null ? "–" : Figures.of(point.throughput()),
                    Figures.of(step.figures().outputTokenThroughput()),
                    point == null ? "–" : Figures.of(point.latencyMs())));
            text.append(
                            point == null
                                    ? "not valid"
                                    : "▏" + "█".repeat((int) Math.round(bar * point.latencyMs() / largest)))
                    .append(point == null ? "" : marks(point))
                    .append('\n');
        }
        if (campaign.capacity() != null) {
            text.append('\n');
            TerminalText.wrap(campaign.capacity().sentence(), Math.max(NARROWEST, width), 0)
                    .forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }

    private static String marks(CapacityCurve.Point point) {
        return point.isKnee() ? " ◀ knee" : point.isPareto() ? " •" : "";
    }

    /** One step of each kind: by throughput where all are valid kinds, those without a valid run at the end. */
    private static List<CampaignDocument.Step> sorted(CampaignDocument campaign, CapacityCurve curve) {
        List<CampaignDocument.Step> shown = new ArrayList<>();
        campaign.validByName().values().forEach(kind -> shown.add(kind.getFirst()));
        shown.sort(
                (one, other) -> Double.compare(throughput(campaign, one, curve), throughput(campaign, other, curve)));
        for (CampaignDocument.Step step : campaign.steps()) {
            if (shown.stream().noneMatch(known -> known.name().equals(step.name()))) {
                shown.add(step);
            }
        }
        return shown;
    }

    private static double throughput(CampaignDocument campaign, CampaignDocument.Step step, CapacityCurve curve) {
        CapacityCurve.Point point = campaign.pointOf(step, curve);
        return point == null ? 0 : point.throughput();
    }
}
