package aifactory.reporting.explanation;

import aifactory.protocol.Explanation;
import aifactory.protocol.Explanation.LatencyPart;
import aifactory.protocol.Explanation.LatencyStack;
import aifactory.protocol.Finding;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import aifactory.reporting.TerminalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An explanation as text. Stateless. */
public final class ExplanationText {
    private static final int BAR = 40;
    private static final String INDENT = "    ";
    private static final Map<String, String> NAMES = Map.of(
            "client", "client process",
            "network", "network and gateway",
            "queue", "queue",
            "prefill", "prefill",
            "server", "server, other",
            "decode", "decode",
            "unknown", "not reported");

    private ExplanationText() {}

    /** What people call a part, for instance {@code network and gateway}. */
    public static String name(LatencyPart part) {
        return NAMES.getOrDefault(part.name(), part.name());
    }

    /** What people call a metric, for instance {@code TTFT}. */
    public static String metric(LatencyStack stack) {
        return stack.metric().replace("_ms", "").toUpperCase(Locale.ROOT);
    }

    /** The lines for a terminal of this width. */
    public static List<String> lines(RunSummary summary, int width) {
        Explanation explanation = summary.explanation();
        List<String> lines = new ArrayList<>();
        if (explanation == null) {
            lines.add("This run has no explanation: it was measured by an earlier version.");
            return lines;
        }
        if (!summary.valid()) {
            lines.addAll(TerminalText.wrap("The run is not valid; read its reasons before the explanation.", width, 0));
            lines.add("");
        }
        if (explanation.latencies().isEmpty()) {
            lines.addAll(TerminalText.wrap(
                    explanation.engine() == null
                            ? "The servers reported no metrics, so the latency cannot be divided into parts."
                            : explanation.engine()
                                    + " reports neither queue nor prefill times, so the latency cannot be divided into parts.",
                    width,
                    0));
        }
        for (LatencyStack stack : explanation.latencies()) {
            lines.add(String.format(
                    Locale.ROOT, "Where the time went: mean %s %s ms", metric(stack), Figures.of(stack.meanMs())));
            stack.parts().forEach(part -> lines.add(bar(part, stack)));
            lines.add("");
        }
        if (explanation.causes().isEmpty()) {
            lines.add("Nothing was found that limits the server.");
        } else {
            lines.add("What limits it");
            for (Finding cause : explanation.causes()) {
                lines.add("  " + cause.code());
                lines.addAll(indented(cause.message(), width));
                lines.addAll(indented(cause.remedy(), width));
            }
        }
        return lines;
    }

    private static List<String> indented(String text, int width) {
        return TerminalText.wrap(TerminalText.safe(text), width - INDENT.length(), 0).stream()
                .map(line -> INDENT + line)
                .toList();
    }

    private static String bar(LatencyPart part, LatencyStack stack) {
        double share = stack.meanMs() <= 0 ? 0 : part.meanMs() / stack.meanMs();
        int filled = (int) Math.round(Math.clamp(share, 0, 1) * BAR);
        return String.format(
                        Locale.ROOT,
                        "  %-20s %10s ms %6s  %s",
                        name(part),
                        Figures.of(part.meanMs()),
                        Figures.percent(share),
                        "█".repeat(filled))
                .stripTrailing();
    }
}
