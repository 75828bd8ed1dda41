package aifactory.reporting.html;

import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import aifactory.reporting.Verdict;
import aifactory.reporting.WorkloadFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The top of a report: can the figures be trusted, was the server good enough, how were the clients. */
final class VerdictSection {
    private final Html html;
    private final RunSummary summary;
    private final List<ClientSigns.Sign> signs;

    VerdictSection(Html html, RunResult result) {
        this.html = html;
        this.summary = result.summary();
        this.signs = ClientSigns.of(result);
    }

    void write() {
        Verdict verdict = Verdict.of(summary);
        List<RunSummary.ServiceLevel> levels = summary.slo() == null ? List.of() : summary.slo();
        long missed = levels.stream().filter(level -> !level.met()).count();
        Verdict.Level level =
                verdict.level() == Verdict.Level.GOOD && missed > 0 ? Verdict.Level.DOUBTFUL : verdict.level();
        html.open("section", "class", "verdict " + level.name().toLowerCase(Locale.ROOT), "aria-label", "Verdict");
        html.element("span", mark(level), "class", "mark", "aria-hidden", "true");
        html.open("div").element("h2", heading(verdict, levels.size(), missed));
        html.element("p", verdict.sentence());
        if (!verdict.reasons().isEmpty()) {
            html.open("ul");
            verdict.reasons().forEach(reason -> html.element("li", reason));
            html.close();
        }
        Verdict.advice(summary).ifPresent(advice -> html.element("p", advice));
        html.open("dl", "class", "checks");
        check("Service levels", serviceLevels(levels));
        check("Objectives per request", objectives());
        check("Clients", clients());
        html.close().close().close().line();
    }

    private static String heading(Verdict verdict, int levels, long missed) {
        String word = verdict.word().charAt(0) + verdict.word().substring(1).toLowerCase(Locale.ROOT);
        return levels == 0
                ? word
                : word
                        + (missed == 0
                                ? ", service levels met"
                                : ", " + missed + " of " + levels + " service levels missed");
    }

    private static String mark(Verdict.Level level) {
        return switch (level) {
            case GOOD -> "✓";
            case DOUBTFUL -> "!";
            case BAD -> "✕";
        };
    }

    private void check(String name, String words) {
        html.open("div").element("dt", name).element("dd", words).close();
    }

    private static String serviceLevels(List<RunSummary.ServiceLevel> levels) {
        List<String> words = new ArrayList<>();
        for (RunSummary.ServiceLevel level : levels) {
            String name = level.metric().replaceFirst("_ms$", "") + " " + level.statistic();
            words.add(
                    level.measuredMs() == null
                            ? name + " was not measured, which misses its limit of " + Figures.plain(level.limitMs())
                                    + " ms"
                            : name + " " + Figures.of(level.measuredMs()) + " ms " + (level.met() ? "meets" : "misses")
                                    + " its limit of " + Figures.plain(level.limitMs()) + " ms");
        }
        return words.isEmpty() ? "None were set." : String.join("; ", words) + ".";
    }

    private String objectives() {
        Double attainment = summary.sloAttainment();
        List<String> limits = new ArrayList<>();
        new WorkloadFacts(summary)
                .objectives()
                .forEach((metric, limit) -> limits.add(metric + " ≤ " + Figures.plain(limit) + " ms"));
        if (limits.isEmpty()) {
            return "None were set.";
        }
        String asked = String.join(", ", limits) + ": ";
        return attainment == null
                ? asked + "no request could be checked against them."
                : asked + Figures.percent(attainment) + " of requests met them all; a failed request is a miss.";
    }

    private String clients() {
        RunSummary.Clients clients = summary.clients();
        List<String> beyond = new ArrayList<>();
        signs.forEach(sign -> {
            if (sign.isBeyond() && sign.isReason()) {
                beyond.add(sign.name());
            }
        });
        String reported = clients.inWords() + "; ";
        if (!beyond.isEmpty()) {
            return reported + "beyond their limits: " + String.join(", ", beyond) + ".";
        }
        ClientSigns.Sign nearest = nearest();
        return reported + "within their limits"
                + (nearest == null
                        ? "."
                        : ", nearest to its own: " + nearest.name() + " with " + Figures.percent(nearest.shareOfLimit())
                                + ".");
    }

    private ClientSigns.@Nullable Sign nearest() {
        ClientSigns.Sign nearest = null;
        for (ClientSigns.Sign sign : signs) {
            if (sign.isJudged()
                    && sign.isReason()
                    && (nearest == null || sign.shareOfLimit() > nearest.shareOfLimit())) {
                nearest = sign;
            }
        }
        return nearest;
    }
}
