package aifactory.reporting.html;

import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import aifactory.reporting.RunFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;

/** Where the numbers come from, and how to get them again. */
final class ProvenanceSection {
    private static final int LONGEST_TEXT = 20_000;
    private static final int MOST_NAMES = 256;

    private final Html html;
    private final RunSummary summary;
    private final RunSummary.Provenance provenance;

    ProvenanceSection(Html html, RunSummary summary) {
        this.html = html;
        this.summary = summary;
        this.provenance = summary.provenance();
    }

    void write() {
        html.open("section").element("h2", "Provenance");
        writeCommand();
        html.open("dl");
        entry("Start, end", provenance.startedAt() + " – " + provenance.endedAt());
        entry("Program", "aifactory " + provenance.version() + ", commit " + provenance.commit());
        entry("Workload", "SHA-256 " + provenance.specSha256());
        entry("Seed", Long.toString(provenance.seed()));
        entry("AI servers", names(provenance.targets()));
        if (summary.servers() != null) {
            summary.servers().forEach(this::writeServer);
        }
        provenance.server().forEach((name, value) -> entry("Server: " + name, shown(value)));
        entry("Tokens", tokens());
        writeSlurm(provenance.slurm());
        html.close();
        html.open("details", "class", "behind").element("summary", "The executed workload");
        html.element("pre", json(provenance.specification()), "tabindex", "0").close();
        html.close().line();
    }

    private void writeCommand() {
        String command = provenance.command();
        if (command == null) {
            html.element(
                    "p",
                    "This load cannot be written as options alone: put the workload below into a file and run"
                            + " 'aifactory benchmark -f FILE'.",
                    "class",
                    "note");
            return;
        }
        html.element("p", "To repeat this run:", "class", "note");
        html.element("pre", shortened(command), "class", "command", "tabindex", "0");
    }

    /** A server that was started for the run: it no longer exists, and this describes how to start it again. */
    private void writeServer(RunSummary.Server server) {
        String name = "Started server " + server.replica();
        entry(
                name,
                "on " + names(server.nodes())
                        + (server.readyAfterS() == null ? "" : ", ready after " + Figures.seconds(server.readyAfterS()))
                        + (server.container() == null ? "" : ", in " + server.container())
                        + (server.failure() == null
                                ? ""
                                : "; failed before the end: " + server.failure().message()));
        server.commands().forEach(words -> entry(name + ", its command", String.join(" ", words)));
    }

    private String tokens() {
        RunSummary.Tokens tokens = summary.tokens();
        String counted = tokens.source() == null
                ? ""
                : "; output counted by " + tokens.source().name().toLowerCase(Locale.ROOT);
        boolean isUnknown = tokens.source() == null && tokens.output() == 0;
        String output = isUnknown ? "output tokens unknown" : Figures.count(tokens.output()) + " output";
        return Figures.count(tokens.input()) + " input, " + output + counted + "; " + Figures.of(tokens.perChunk())
                + " tokens per chunk";
    }

    private void writeSlurm(RunSummary.@Nullable Slurm slurm) {
        if (slurm != null) {
            entry("Slurm job", slurm.jobId() + (slurm.cluster() == null ? "" : " on " + slurm.cluster()));
            entry("Slurm version", slurm.version() == null ? "unknown" : slurm.version());
            entry("Nodes", names(slurm.nodes()));
        }
        RunSummary.SlurmUsage usage = summary.slurmUsage();
        if (usage != null) {
            entry("Node-hours so far", Figures.of(usage.nodeHours()));
        }
    }

    private void entry(String name, String value) {
        html.open("div").element("dt", name).element("dd", shortened(value)).close();
    }

    private static String names(List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
        return names.isEmpty()
                ? "none"
                : names.size() <= MOST_NAMES ? shown : shown + " and " + (names.size() - MOST_NAMES) + " more";
    }

    private static String shown(@Nullable Object value) {
        return value instanceof String text ? text : RunFormat.mapper().writeValueAsString(value);
    }

    private static String json(Object value) {
        ObjectWriter writer = RunFormat.mapper().writerWithDefaultPrettyPrinter();
        return shortened(writer.writeValueAsString(value));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT
                ? text
                : text.substring(0, LONGEST_TEXT) + " … (" + (text.length() - LONGEST_TEXT)
                        + " characters more are in summary.json)";
    }
}
